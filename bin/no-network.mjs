/** Loaded into the test runner: a test that reaches beyond this machine fails instead of depending on the weather. */

import { Socket } from 'node:net';

const connect = Socket.prototype.connect;
const local = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::']);

function refuse(host) {
  throw new Error(`a test tried to reach ${host}: tests use this machine only`);
}

Socket.prototype.connect = function connectLocally(...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof first === 'object' ? first?.host : typeof args[1] === 'string' ? args[1] : undefined;
  // whoever looks names up itself may call this machine as it likes: what counts is where it leads
  if (typeof first?.lookup === 'function') {
    const { lookup } = first;
    first.lookup = (name, options, found) =>
      lookup(name, options, (error, addresses, family) => {
        for (const each of [addresses ?? []].flat()) {
          const address = typeof each === 'string' ? each : each.address;
          if (!local.has(address)) refuse(address);
        }
        found(error, addresses, family);
      });
  } else if (host !== undefined && !local.has(host)) refuse(host);
  return connect.apply(this, args);
};
