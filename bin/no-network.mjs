/** Loaded into the test runner: a test that reaches beyond this machine fails instead of depending on the weather. */

import { Socket } from 'node:net';

const connect = Socket.prototype.connect;
const local = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::']);

Socket.prototype.connect = function connectLocally(...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof first === 'object' ? first?.host : typeof args[1] === 'string' ? args[1] : undefined;
  if (host !== undefined && !local.has(host)) {
    throw new Error(`a test tried to reach ${host}: tests use this machine only`);
  }
  return connect.apply(this, args);
};
