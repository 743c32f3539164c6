/** One or more of something, in words; thousands are set apart by a narrow space, which every language reads. */

export const many = (one: string, more: string) => (n: number) =>
  n === 1 ? `1 ${one}` : `${n.toLocaleString('en').replaceAll(',', '\u202f')} ${more}`;
