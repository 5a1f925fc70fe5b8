/** Bytes on memory of their own by fours, so that whole stretches are passed over at once; up to three are left out. */
export const wordsIn = ({ buffer, byteOffset, length }: Uint8Array): Int32Array =>
  new Int32Array(buffer, byteOffset, length >> 2);
