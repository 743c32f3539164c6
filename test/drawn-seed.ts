/** What tests draw their cases from: another number in each run, one for all of a run, which says it at its end. */

export const DRAWN_SEED = Number(process.env.WEIR_TEST_SEED ?? Date.now() % 1_000_000);
