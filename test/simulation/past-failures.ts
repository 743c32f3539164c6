/** Seeds that once found something wrong, in the product or in the simulation: run again by every test run. */

export const PAST_FAILURES: readonly (readonly [seed: number, what: string])[] = [
  [44, 'a hold was forgotten by an entity that was loaded after a change of rules'],
  [49, 'the place of a subscription stood still after the clock of its process went back'],
  [50, 'the same as 44, for a decision that the history then lacked'],
  [53, 'the history went on showing entities by the rules of before a restart'],
  [355, 'a list showed an entity by rules that had gone again before all entities were read under them'],
  [128, 'what changed at the moment at which an entity followed new rules was not seen to change'],
  [1001, 'the same as 128, for two that follow at the same time'],
  [170, 'an entity that followed new rules lost its timer'],
  [200, 'a rule that went and came back forgot what it had said of entities that were in memory meanwhile'],
  [15, 'the history took a lost entry for the one that was given its id by a Redis with an older clock'],
  [21465, 'the same as 15, in a log'],
  [52440, 'a process that lost a tail ended, since its history was being written meanwhile'],
  [20018, 'a process that was no owner any more took the history for lost, and the history lacked rows'],
  [20081, 'the answer that told of a lost tail was lost itself, and nobody was told'],
  [
    629821,
    'the oracle forgot ids to the second, the product by whole hours: a letter that came again after a day',
  ],
  [200731, 'the simulated history did not carry erasures out: a row read before one came after it'],
  [
    301042,
    'a process told of a lost tail, which lost the partition at once, took back what others wrote since',
  ],
  [
    7004337,
    'an instance that knew nothing of a loss trimmed a log so far that the history took the loss for trimming',
  ],
  [9002441, 'mail was appended, lost by a Redis that fell, and its place moved on over the next connection'],
  [7004819, 'a simulated process that was told to end before it had begun went on unseen'],
];
