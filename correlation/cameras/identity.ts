import type { Camera } from '../../contracts/index.ts';

/** What a device keeps when it gets another IP address. */
export interface DeviceIdentity {
  readonly manufacturer: string | null;
  readonly serialNumber: string | null;
  readonly macAddress: string | null;
}

/** Serial numbers that makers of cheap devices put into every one of them. */
const isTelling = (serial: string): boolean => {
  const text = serial.replaceAll(/[\s-]/g, '');
  return text.length >= 6 && !/^(.)\1*$/.test(text) && !'01234567890123456789'.includes(text);
};

/** Letters and digits of a MAC address; null when it is none, or one that stands for nothing. */
const macKey = (text: string | null): string | null => {
  const digits = (text ?? '').replaceAll(/[^\da-f]/gi, '').toUpperCase();
  return digits.length === 12 && !/^(?:0{12}|F{12})$/.test(digits) ? digits : null;
};

const serialKey = (text: string | null): string | null => {
  const trimmed = text?.trim().toUpperCase() ?? '';
  return isTelling(trimmed) ? trimmed : null;
};

/** Cameras by what stays with a device; a recorder's channels share it, hence lists. */
export interface IdentityIndex {
  /** Cameras with the same serial number or, failing that, MAC address; and by which. */
  find(
    device: DeviceIdentity,
  ): { readonly cameras: readonly Camera[]; readonly by: 'serial number' | 'MAC address' } | null;
}

/** Index cameras by serial number and MAC address. */
export function identityIndex(cameras: readonly Camera[]): IdentityIndex {
  const bySerial = new Map<string, Camera[]>();
  const byMac = new Map<string, Camera[]>();
  const add = (index: Map<string, Camera[]>, key: string | null, camera: Camera): void => {
    if (key !== null) index.set(key, [...(index.get(key) ?? []), camera]);
  };
  for (const camera of cameras) {
    add(bySerial, serialKey(camera.serialNumber), camera);
    add(byMac, macKey(camera.macAddress), camera);
  }
  return {
    find({ serialNumber, macAddress }) {
      const serial = serialKey(serialNumber);
      const serials = serial === null ? undefined : bySerial.get(serial);
      if (serials !== undefined) return { cameras: serials, by: 'serial number' };
      const mac = macKey(macAddress);
      const macs = mac === null ? undefined : byMac.get(mac);
      return macs === undefined ? null : { cameras: macs, by: 'MAC address' };
    },
  };
}
