/** Numbers of 32 bits as text and back, exactly: base64 of their bytes, little-endian. */

import { Buffer } from 'node:buffer';

const BYTES = 4;

export function floatText(values: Float32Array): string {
  const bytes = Buffer.alloc(values.length * BYTES);
  for (let i = 0; i < values.length; i += 1) bytes.writeFloatLE(values[i] as number, i * BYTES);
  return bytes.toString('base64');
}

export function floatsOf(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  const values = new Float32Array(Math.floor(bytes.length / BYTES));
  for (let i = 0; i < values.length; i += 1) values[i] = bytes.readFloatLE(i * BYTES);
  return values;
}
