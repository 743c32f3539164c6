/** What the agency of the demo sends to its leads. */

export interface Content {
  readonly id: string;
  readonly type: 'blog' | 'guide' | 'video' | 'case_study' | 'webinar' | 'ebook';
  /** Minutes it takes to read or watch. */
  readonly minutes: number;
}

export const CONTENTS: readonly Content[] = [
  { id: 'blog-first-interview', type: 'blog', minutes: 4 },
  { id: 'blog-salary-talks', type: 'blog', minutes: 6 },
  { id: 'blog-remote-teams', type: 'blog', minutes: 5 },
  { id: 'blog-job-ads-that-work', type: 'blog', minutes: 5 },
  { id: 'blog-night-shifts', type: 'blog', minutes: 3 },
  { id: 'blog-hiring-in-summer', type: 'blog', minutes: 4 },
  { id: 'guide-digital-marketing', type: 'guide', minutes: 14 },
  { id: 'guide-employer-brand', type: 'guide', minutes: 18 },
  { id: 'guide-first-hires', type: 'guide', minutes: 12 },
  { id: 'video-sales-techniques', type: 'video', minutes: 9 },
  { id: 'video-warehouse-tour', type: 'video', minutes: 5 },
  { id: 'video-nurse-day', type: 'video', minutes: 7 },
  { id: 'case-200-hires-in-a-month', type: 'case_study', minutes: 11 },
  { id: 'case-half-the-cost', type: 'case_study', minutes: 10 },
  { id: 'webinar-next-steps', type: 'webinar', minutes: 45 },
  { id: 'webinar-labour-law', type: 'webinar', minutes: 50 },
  { id: 'ebook-hiring-handbook', type: 'ebook', minutes: 60 },
  { id: 'ebook-retention', type: 'ebook', minutes: 55 },
];
