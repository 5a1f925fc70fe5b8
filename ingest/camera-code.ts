import { createHash } from 'node:crypto';

/** The code that a camera of the configuration goes by: its name when that is one, else one made of it. */
export const cameraCodeOf = (civilCode: string, name: string): string =>
  /^\d{20}$/.test(name) ? name : localCameraCode(civilCode, name);

/**
 * A 20-digit code for a camera that the camera file does not know: always the same for the same name.
 *
 * Coding rule A: centre (civil code and two digits of unit), sector 00, type 132 (IPC), network 9 (reserved, so that it
 * never meets a real camera's code), serial. Unit and serial are a hash of the name.
 * @param civilCode six digits.
 */
export function localCameraCode(civilCode: string, name: string): string {
  const hash = BigInt(`0x${createHash('sha256').update(name, 'utf8').digest('hex')}`);
  const digits = (hash % 100_000_000n).toString().padStart(8, '0');
  return `${civilCode}${digits.slice(0, 2)}001329${digits.slice(2)}`;
}
