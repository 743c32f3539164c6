/** Thirteen expressions of the kind that rules are made of, and what they read. */

export const INPUT = {
  opens7d: 3,
  completions7d: 2,
  base: 40,
  h: 5,
  referrals: 2,
  status: 'nurturing',
  score: 42,
  name: 'Ada',
  campaign: { budget: { spent: 120.5, daily: 300 } },
  items: Array.from({ length: 20 }, (_, id) => ({
    id,
    type: id % 2 === 0 ? 'click' : 'view',
    cost: id / 4,
    done: id % 3 === 0,
  })),
  channels: Array.from({ length: 5 }, (_, index) => ({
    name: `channel ${index}`,
    spend: 100 + index * 13.5,
    applications: 10 + ((index * 7) % 5),
  })),
};

export const EXPRESSIONS: readonly string[] = [
  'opens7d * 0.5 + completions7d * 2',
  '$min([100, $max([0, base + (h < 2 ? 3 : h < 24 ? 1 : 0) + referrals*5])])',
  "status = 'nurturing' and score >= 10",
  'campaign.budget.spent / campaign.budget.daily',
  "items[type='click' and cost>1].id",
  '$sum(channels.spend)',
  'channels.{"name":name,"cpa":spend/applications}',
  '{"name": name, "score": score, "status": status, "total": opens7d + completions7d}',
  '"Hello " & name & ", your score is " & score & " of 100"',
  '$map(items, function($v){$v.cost*2})',
  '($a := score * 2; $b := $a + base; $b / 3)',
  "$count(items[done])>5 and $not(status in ['lost', 'won'])",
  'channels^(>applications)[0].name',
];
