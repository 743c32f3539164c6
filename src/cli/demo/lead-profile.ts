/** Who the leads of the demo are: their situation, where they come from and how they behave. */

import { seededRng } from '../../core/random.ts';
import { DAY, type Millis } from '../../core/units.ts';
import { Draw } from './draw.ts';

export const LEADS = 250;
/** The lead that the examples of the documentation ask about. */
export const EXAMPLE_LEAD = 123;

export interface Situation {
  readonly name: 'newcomer' | 'reader' | 'ready' | 'champion' | 'at_risk' | 'decided';
  readonly weight: number;
  /** Days since it was created, from and to. */
  readonly age: readonly [number, number];
  readonly baseScore: readonly [number, number];
  readonly sendsPerWeek: number;
  readonly opens: number;
  readonly completes: number;
  /** Median hours from sent to opened. */
  readonly responseHours: number;
  readonly referrals: readonly [number, number];
  /** Statuses it goes through after "new". */
  readonly statuses: readonly string[];
}

const SITUATIONS: readonly Situation[] = [
  {
    name: 'newcomer',
    weight: 20,
    age: [0, 4],
    baseScore: [0, 3],
    sendsPerWeek: 7,
    opens: 0.6,
    completes: 0.4,
    responseHours: 6,
    referrals: [0, 0],
    statuses: [],
  },
  {
    name: 'reader',
    weight: 28,
    age: [10, 55],
    baseScore: [1, 5],
    sendsPerWeek: 3,
    opens: 0.75,
    completes: 0.6,
    responseHours: 9,
    referrals: [0, 1],
    statuses: ['nurturing'],
  },
  {
    name: 'ready',
    weight: 14,
    age: [15, 50],
    baseScore: [4, 8],
    sendsPerWeek: 4,
    opens: 0.92,
    completes: 0.8,
    responseHours: 1.1,
    referrals: [0, 1],
    statuses: ['nurturing'],
  },
  {
    name: 'champion',
    weight: 8,
    age: [20, 58],
    baseScore: [3, 8],
    sendsPerWeek: 3,
    opens: 0.8,
    completes: 0.6,
    responseHours: 5,
    referrals: [2, 4],
    statuses: ['nurturing', 'engaged'],
  },
  {
    name: 'at_risk',
    weight: 20,
    age: [32, 58],
    baseScore: [0, 2],
    sendsPerWeek: 5,
    opens: 0.04,
    completes: 0.2,
    responseHours: 40,
    referrals: [0, 0],
    statuses: ['nurturing'],
  },
  {
    name: 'decided',
    weight: 10,
    age: [25, 58],
    baseScore: [2, 6],
    sendsPerWeek: 2,
    opens: 0.5,
    completes: 0.5,
    responseHours: 14,
    referrals: [0, 1],
    statuses: ['nurturing', 'engaged', 'converted'],
  },
];

const SOURCES = [
  { source: 'linkedin', weight: 24 },
  { source: 'facebook', weight: 18 },
  { source: 'instagram', weight: 8 },
  { source: 'twitter', weight: 4 },
  { source: 'organic', weight: 22 },
  { source: 'email', weight: 10 },
  { source: 'referral', weight: 10 },
  { source: 'social', weight: 4 },
];

const AREAS = ['marketing', 'sales', 'technology', 'healthcare', 'logistics', 'people'];
const FIRST = [
  'Lucía',
  'Martín',
  'Sofía',
  'Hugo',
  'Valeria',
  'Mateo',
  'Inés',
  'Daniel',
  'Carla',
  'Álvaro',
  'Noa',
  'Leo',
];
const LAST = ['García', 'Romero', 'Vidal', 'Serra', 'Ortega', 'Núñez', 'Campos', 'Ferrer', 'Molina', 'Soler'];

export interface LeadProfile {
  readonly id: number;
  readonly situation: Situation;
  readonly created: Millis;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The lead's own generator, so that one lead's story never moves another's. */
  readonly draw: Draw;
}

/** The same lead for the same seed, `age` days before `end`. */
export function leadProfile(seed: number, id: number, end: Millis): LeadProfile {
  const draw = new Draw(seededRng(seed, id));
  const drawn = draw.weighted(SITUATIONS);
  const situation =
    id === EXAMPLE_LEAD ? (SITUATIONS.find(({ name }) => name === 'ready') as Situation) : drawn;
  const { source } = draw.weighted(SOURCES);
  const fields: Record<string, unknown> = {
    lead_id: id,
    source,
    interest_area: draw.pick(AREAS),
    base_score: draw.whole(situation.baseScore[0] * 2, situation.baseScore[1] * 2) / 2,
    name: `${draw.pick(FIRST)} ${draw.pick(LAST)}`,
    email: `lead${id}@example.com`,
  };
  if (source === 'referral') fields.referred_by = draw.whole(1, LEADS);
  if (source === 'linkedin' || source === 'facebook') fields.utm_medium = draw.pick(['cpc', 'social']);
  const created = Math.floor(end - draw.between(situation.age[0], situation.age[1]) * DAY);
  return { id, situation, created, fields, draw };
}
