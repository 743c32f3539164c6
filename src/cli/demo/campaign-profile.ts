/** The campaigns of the demo and what a click costs and brings on each of their channels. */

export interface ChannelProfile {
  readonly channel: string;
  /** Mean cost of a click in euros, and how many clicks make an application. */
  readonly click: number;
  readonly clicksPerApplication: number;
}

export interface CampaignProfile {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly location: string;
  readonly jobs: readonly { readonly id: string; readonly title: string; readonly company: string }[];
  /** Euros a day: during the four pilot weeks, and today. */
  readonly pilotBudget: number;
  readonly budget: number;
  /** Whether a person decides its actions, or they go out within guard-rails. */
  readonly autonomy: 'suggest' | 'auto';
  readonly channels: readonly ChannelProfile[];
}

/** The channel where somebody outbids us in the last hours: dear clicks, hardly an application. */
export const SPIKE = { campaign: 'c4', channel: 'jooble' } as const;

export const CAMPAIGNS: readonly CampaignProfile[] = [
  {
    id: 'c1',
    name: 'Warehouse staff, Madrid',
    category: 'logistics',
    location: 'Madrid',
    jobs: [
      { id: 'j11', title: 'Warehouse operative, nights', company: 'Almacenes Norte' },
      { id: 'j12', title: 'Forklift driver', company: 'Almacenes Norte' },
      { id: 'j13', title: 'Parcel sorter', company: 'Rutas del Sur' },
    ],
    pilotBudget: 48,
    budget: 400,
    autonomy: 'suggest',
    channels: [
      { channel: 'jooble', click: 0.28, clicksPerApplication: 7 },
      { channel: 'indeed', click: 0.42, clicksPerApplication: 11 },
      { channel: 'facebook', click: 0.35, clicksPerApplication: 19 },
      { channel: 'linkedin', click: 1.1, clicksPerApplication: 16 },
    ],
  },
  {
    id: 'c2',
    name: 'Nurses, Barcelona',
    category: 'healthcare',
    location: 'Barcelona',
    jobs: [
      { id: 'j21', title: 'Nurse, intensive care', company: 'Clínica Mar' },
      { id: 'j22', title: 'Nurse, home visits', company: 'Cuidados Sant Pau' },
    ],
    pilotBudget: 60,
    budget: 500,
    autonomy: 'suggest',
    channels: [
      { channel: 'indeed', click: 0.55, clicksPerApplication: 9 },
      { channel: 'infojobs', click: 0.6, clicksPerApplication: 12 },
      { channel: 'linkedin', click: 1.3, clicksPerApplication: 8 },
      { channel: 'facebook', click: 0.4, clicksPerApplication: 22 },
      { channel: 'jooble', click: 0.33, clicksPerApplication: 15 },
    ],
  },
  {
    id: 'c3',
    name: 'Backend developers, remote',
    category: 'technology',
    location: 'remote',
    jobs: [
      { id: 'j31', title: 'Backend developer', company: 'Faro Software' },
      { id: 'j32', title: 'Database engineer', company: 'Faro Software' },
    ],
    pilotBudget: 60,
    budget: 360,
    autonomy: 'auto',
    channels: [
      { channel: 'linkedin', click: 1.5, clicksPerApplication: 5 },
      { channel: 'indeed', click: 0.8, clicksPerApplication: 17 },
      { channel: 'infojobs', click: 0.75, clicksPerApplication: 14 },
    ],
  },
  {
    id: 'c4',
    name: 'Shop assistants, Valencia',
    category: 'retail',
    location: 'Valencia',
    jobs: [
      { id: 'j41', title: 'Shop assistant, weekends', company: 'Tiendas Turia' },
      { id: 'j42', title: 'Store manager', company: 'Tiendas Turia' },
      { id: 'j43', title: 'Cashier', company: 'Mercado Central' },
    ],
    pilotBudget: 40,
    budget: 320,
    autonomy: 'suggest',
    channels: [
      { channel: 'jooble', click: 0.26, clicksPerApplication: 8 },
      { channel: 'infojobs', click: 0.38, clicksPerApplication: 10 },
      { channel: 'facebook', click: 0.3, clicksPerApplication: 13 },
      { channel: 'indeed', click: 0.4, clicksPerApplication: 16 },
    ],
  },
];

/** The equal split that the budgets start from; rounded to cents. */
export function equalShare(total: number, channels: readonly ChannelProfile[]): number {
  return Math.floor((total * 100) / channels.length) / 100;
}
