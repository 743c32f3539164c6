/** The whole house wired together: servers, rules, processor, HTTP; what `run` and `demo` open and close. */

import { WeirError } from '../core/errors.ts';
import { partitionKeys } from '../core/partition.ts';
import { DAY, type Millis } from '../core/units.ts';
import { type AppOptions, createApp } from '../http/app.ts';
import { PrometheusMeter } from '../http/prometheus-meter.ts';
import { type Listening, listen, remoteAddress } from '../http/serve.ts';
import { Pulse } from '../http/ui/pulse.ts';
import { AuditTrail } from '../processor/audit-trail.ts';
import { checkDeployment } from '../processor/deployment.ts';
import { RedisKeptAnswers } from '../processor/kept-answers.ts';
import { RedisKeptBacktests } from '../processor/kept-backtests.ts';
import { RedisLiveFeed } from '../processor/live-feed.ts';
import { beginSubscriptions } from '../processor/open-subscribe.ts';
import { Processor, systemClock } from '../processor/processor.ts';
import { readAction } from '../processor/read-action.ts';
import { readBreakers } from '../processor/read-breakers.ts';
import { readEntity } from '../processor/read-entity.ts';
import { connect, type RedisConnection } from '../processor/redis-connection.ts';
import { RedisRuleLibrary } from '../processor/redis-rule-library.ts';
import { RulesInForce } from '../processor/rules-in-force.ts';
import { checkRedisSettings } from '../processor/settings-check.ts';
import { RedisWebSessions } from '../processor/web-sessions.ts';
import type { RuleFile } from '../rules/load-rule-set.ts';
import type { DatabaseUrls } from '../store/roles.ts';
import { checkBeside } from './check-beside.ts';
import { type CheckedRules, checkRules, checkRulesBeside } from './checked-rules.ts';
import { openBacktests } from './diff/open-backtests.ts';
import { drainAudit } from './drain-audit.ts';
import type { Environment } from './environment.ts';
import { followRules } from './follow-rules.ts';
import { type OpenHistory, openHistory } from './history.ts';
import { readConfig } from './read-config.ts';
import { tryRules } from './rule-trial.ts';
import { openServers, type Servers } from './servers.ts';
import { shelveReports } from './shelve-reports.ts';
import { StandingMeasure } from './standing-measure.ts';
import { checkSecrets } from './subscription-secrets.ts';
import { tokenFile } from './token-file.ts';
import { version } from './version.ts';

export interface House {
  readonly connection: RedisConnection;
  readonly processor: Processor;
  readonly rules: RedisRuleLibrary;
  readonly meter: PrometheusMeter;
  readonly url: string;
  /** Rejects when the processor fails for good. */
  readonly running: Promise<void>;
  /** Reads the rule files again; a bad set is refused as a whole and the old one stays. */
  reload(): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** Drains, commits, releases, closes. */
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly environment: Environment;
  readonly clockMode: 'live' | 'log';
  /** How long a lease of a partition holds; the processor's own default where absent. */
  readonly ttl?: Millis;
  /** Opened already; the house stops them. Those of the environment where they are absent. */
  readonly servers?: Servers;
  readonly onNotice: (notice: string, context: Record<string, unknown>) => void;
}

/** Requests a second of one token, or of this machine. */
const USUAL_RATE = 1_000;

/** @throws WeirError config_invalid, with every problem of the rule files in its message */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { environment, clockMode, ttl, onNotice } = options;
  const secret = environment.secret ?? (() => undefined);
  const { files, plan } = usableRules(checkRules(readConfig(environment.config)), secret);
  const servers = options.servers ?? (await openServers(environment));
  const closing: (() => Promise<void>)[] = [() => servers.stop()];
  const closeAll = async () => {
    for (const close of closing) await close();
  };
  try {
    const connection = connect(servers.redis, { name: 'weir' });
    closing.unshift(() => connection.close());
    const history = servers.database === undefined ? undefined : openHistory(servers.database);
    if (history) closing.unshift(() => history.close());
    else onNotice('no history is kept: REDIS_URL is set and DATABASE_URL is not', {});
    await checkRedisSettings(connection);
    await checkDeployment(connection, plan.settings.partitions);
    const rules = new RedisRuleLibrary(connection, plan);
    const wanted = await rules.store(plan, files);
    if (history) {
      const { historyKeep: keep, logKeep: keepBytes = DAY } = environment;
      const keeping = { clock: systemClock, clockMode, keep, keepBytes, onNotice };
      const tended = history.tend({ ...keeping, rules: () => rules.stored() });
      closing.unshift(() => tended.stop());
    }
    const meter = new PrometheusMeter();
    meter.configInfo(plan.hash, version());
    const { instance } = environment;
    const processor = new Processor({
      connection,
      rules,
      clock: systemClock,
      meter,
      instance,
      clockMode,
      ...(ttl === undefined ? {} : { ttl }),
      retention: environment.logKeep ?? DAY,
      ...(environment.share === undefined ? {} : { share: environment.share }),
      sink: history?.sink,
      entitySink: history?.entities,
      telling: { secret, rng: Math.random },
      onNotice,
    });
    const inForce = new RulesInForce(connection, plan.settings.partitions);
    await beginSubscriptions(connection, plan);
    await inForce.change(wanted);
    const running = processor.run();
    running.catch(() => undefined);
    closing.unshift(() => processor.stop());
    if (history) {
      const shelving = new AbortController();
      const shelved = shelveReports(
        {
          plan: () => rules.wanted,
          readEntity: (kind, id) => readEntity(connection, rules, kind, id),
          history: history.read(processor.deliver),
          put: (snapshot) => history.putReport(snapshot),
          // while time comes from the log, an hour of the wall clock means nothing
          mine: () => processor.clockMode === 'live' && processor.workers[0]?.token !== undefined,
          clock: systemClock,
          onNotice,
        },
        shelving.signal,
      );
      closing.unshift(async () => {
        shelving.abort();
        await shelved;
      });
    }
    if (history) {
      const standing = new StandingMeasure({
        history: history.read(processor.deliver),
        plan: () => rules.wanted,
        clock: systemClock,
        meter,
      });
      const measuring = new AbortController();
      const measured = standing.run(measuring.signal);
      closing.unshift(async () => {
        measuring.abort();
        await measured;
      });
    }
    // at once, so that whoever asks the history what was decided under them finds them; `tend` tries again
    const keepRules = () => void history?.keepRules(rules.stored()).catch(() => undefined);
    const trail = new AuditTrail(connection);
    if (history) {
      const draining = new AbortController();
      const drained = drainAudit(
        trail,
        (records) => history.writeAudit(records),
        systemClock,
        draining.signal,
      );
      closing.unshift(async () => {
        draining.abort();
        await drained;
      });
    }
    const pulse = new Pulse(meter, systemClock);
    const beating = new AbortController();
    void pulse.run(beating.signal);
    closing.unshift(async () => beating.abort());
    let refused: string | undefined;
    const backtests =
      history &&
      openBacktests({
        kept: new RedisKeptBacktests(connection),
        database: servers.database as DatabaseUrls,
        filesOf: async (hash) =>
          rules.stored().get(hash) ?? (await history.read(processor.deliver).ruleSet(hash)),
      });
    const rulesHere = () => ({ files: () => readable(environment.config), refused });
    const http = await openHttp(
      environment,
      processor,
      connection,
      rules,
      meter,
      history,
      trail,
      pulse,
      onNotice,
      { backtests, rulesHere },
    );
    closing.unshift(() => http.close());
    const retriedRules = async () => {
      const files = readConfig(environment.config);
      await tryRules(files);
      return usableRules(await checkRulesBeside(files), secret, plan.settings.partitions);
    };
    const reload = async () => {
      const next = await retriedRules().catch((error: unknown) => error as Error);
      refused = next instanceof Error ? next.message : undefined;
      if (next instanceof Error) {
        meter.gauge('weir_config_last_reload_success', 0);
        return { ok: false, message: next.message };
      }
      meter.gauge('weir_config_last_reload_success', 1);
      const unchanged = next.plan.hash === rules.wanted.hash;
      const stored = await rules.store(next.plan, next.files);
      await beginSubscriptions(connection, next.plan);
      const change = await inForce.change(stored);
      if (!change.ok) return { ok: false, message: 'another change of rules is under way: try again' };
      keepRules();
      meter.configInfo(next.plan.hash, version());
      const done = unchanged && change.written.size === 0 ? 'is in force already' : 'is applied';
      return { ok: true, message: `rule set ${next.plan.hash} ${done}` };
    };
    const following = new AbortController();
    const followed = followRules(
      {
        inForce,
        rules,
        clock: systemClock,
        onTaken: (taken) => {
          keepRules();
          meter.configInfo(taken.hash, version());
          const context = { in_force: taken.hash, config: environment.config };
          onNotice(
            'another rule set came into force: the rule files here are not it, until they are edited or applied',
            context,
          );
        },
      },
      following.signal,
    );
    closing.unshift(async () => {
      following.abort();
      await followed;
    });
    return { connection, processor, rules, meter, url: http.url, running, reload, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/**
 * @param partitions the number that cannot change while weir runs, where it is known
 * @throws WeirError config_invalid
 */
function usableRules(
  checked: CheckedRules,
  secret: (name: string) => string | undefined,
  partitions?: number,
): CheckedRules {
  const { plan } = checked;
  checkSecrets(plan.settings.subscriptions, secret);
  if (partitions !== undefined && plan.settings.partitions !== partitions)
    throw new WeirError(
      'config_invalid',
      `reading the rule files again: partitions: ${plan.settings.partitions}, but this deployment was created with ${partitions}; the number never changes`,
    );
  return checked;
}

/** The files as they are now; undefined while they cannot be read. */
function readable(config: string): readonly RuleFile[] | undefined {
  try {
    return readConfig(config);
  } catch {
    return undefined;
  }
}

async function openHttp(
  environment: Environment,
  processor: Processor,
  connection: RedisConnection,
  rules: RedisRuleLibrary,
  meter: PrometheusMeter,
  history: OpenHistory | undefined,
  trail: AuditTrail,
  pulse: Pulse,
  onNotice: HouseOptions['onNotice'],
  edits: Pick<AppOptions, 'backtests' | 'rulesHere'>,
): Promise<Listening> {
  const notReady = async () => {
    if (processor.owned > 0) return undefined;
    const { position } = partitionKeys(0, rules.wanted.settings.partitions);
    const exists = await connection.ask('looking for an owner', (redis) => redis.exists(position));
    return exists === 1 ? undefined : 'no partition has an owner yet';
  };
  const closing = new AbortController();
  const tokens = tokenFile(environment);
  tokens.tokens();
  const app = createApp({
    version: version(),
    access: { tokens: () => tokens.tokens(), remoteAddress },
    plan: () => rules.wanted,
    readEntity: (kind, id) => readEntity(connection, rules, kind, id),
    readAction: (id) => readAction(connection, rules, id),
    history: history?.read(processor.deliver),
    tryErasing: history && ((kind, id) => history.tryErasing(kind, id)),
    markLetters: history && ((marks) => history.markLetters(marks)),
    retention: environment.logKeep ?? DAY,
    logs: processor.logs,
    clock: systemClock,
    meter,
    isFull: () => processor.pressure.isFull,
    feed: new RedisLiveFeed(
      connection,
      processor.logs.map((_, partition) => partitionKeys(partition, processor.logs.length)),
      systemClock,
    ),
    closing: closing.signal,
    sessions: new RedisWebSessions(connection),
    keptAnswers: new RedisKeptAnswers(connection),
    audit: (record) => trail.add(record),
    requestsPerSecond: environment.requestsPerSecond ?? USUAL_RATE,
    onNotice,
    notReady,
    checkFiles: checkBeside(),
    breakers: () => readBreakers(connection, rules.wanted.settings.partitions),
    ruleFiles: () => rules.stored().get(rules.wanted.hash) ?? [],
    ...edits,
    pulse,
  });
  const listening = await listen(app, environment.host, environment.port);
  return {
    url: listening.url,
    close: () => {
      closing.abort();
      return listening.close();
    },
  };
}
