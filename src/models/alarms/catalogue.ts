/** Every detector of a channel by the name under which features declare it. */

import { applicationsDetector } from './applications-detector.ts';
import { clickCostDetector } from './click-cost-detector.ts';
import { clicksDetector } from './clicks-detector.ts';
import type { MarketDetector } from './market-detector.ts';
import { repeatsDetector } from './repeats-detector.ts';

/** A new detector is one file and one line here; the contract tests then cover it. */
export const marketDetectors: Readonly<Record<string, MarketDetector>> = {
  click_cost: clickCostDetector as MarketDetector,
  clicks: clicksDetector as MarketDetector,
  applications: applicationsDetector as MarketDetector,
  repeats: repeatsDetector as MarketDetector,
};
