/** Every bench by name. */

import { attacks } from './attacks.ts';
import { backtest } from './backtest.ts';
import type { Bench } from './bench.ts';
import { campaigns } from './campaigns.ts';
import { expressions } from './expressions.ts';
import { flow } from './flow.ts';
import { forecast } from './forecast.ts';
import { growth } from './growth.ts';
import { history } from './history.ts';
import { latency } from './latency.ts';
import { leads } from './leads.ts';
import { nab } from './nab.ts';
import { page } from './page.ts';
import { reading } from './reading.ts';
import { soak } from './soak.ts';
import { state } from './state.ts';
import { world } from './world.ts';
import { ysb } from './ysb.ts';

export const BENCHES: Readonly<Record<string, Bench>> = {
  attacks,
  backtest,
  campaigns,
  expressions,
  flow,
  forecast,
  growth,
  history,
  latency,
  leads,
  nab,
  page,
  reading,
  soak,
  state,
  world,
  ysb,
};
