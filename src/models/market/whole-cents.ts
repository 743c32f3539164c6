/** Rounds amounts to whole cents so that their sum is exact. */

/**
 * The largest remainders get the missing cents (Hamilton's method), ties the earlier ones. Every amount becomes its
 * floor or its ceiling, so that whole bounds around it hold.
 * @param total whole; the amounts add up to it but for rounding errors
 */
export function wholeCents(amounts: ArrayLike<number>, total: number): number[] {
  const whole = Array.from(amounts, (amount) => Math.floor(amount + 1e-6));
  let missing = total - whole.reduce((sum, each) => sum + each, 0);
  const rest = (i: number) => (amounts[i] as number) - (whole[i] as number);
  const order = whole.map((_, i) => i).sort((a, b) => rest(b) - rest(a) || a - b);
  for (const i of order) {
    if (missing <= 0) break;
    whole[i] = (whole[i] as number) + 1;
    missing -= 1;
  }
  for (let k = order.length - 1; k >= 0 && missing < 0; k -= 1) {
    const i = order[k] as number;
    if (whole[i] === 0) continue;
    whole[i] = (whole[i] as number) - 1;
    missing += 1;
  }
  return whole;
}
