/** A GB/T 28181 code (coding rule A), taken apart. */
export interface CameraCode {
  readonly centre: string;
  readonly civilCode: string;
  readonly sector: string;
  readonly type: string;
  readonly network: string;
  readonly serial: string;
}

/** Sectors of table D.1: 00–14 public, 40–45 enterprises. */
const isKnownSector = (sector: string): boolean => {
  const code = Number(sector);
  return code <= 14 || (code >= 40 && code <= 45);
};

/** Device types that are cameras: 131 摄像机, 132 IPC. */
const cameraTypes = new Set(['131', '132']);

/**
 * Take a 20-digit code apart.
 * @returns the parts, or in words what is wrong with it.
 */
export function parseCameraCode(text: string): CameraCode | { readonly problem: string } {
  if (!/^\d{20}$/.test(text)) {
    const digits = text.replaceAll(/\D/g, '').length;
    return {
      problem: `a camera code has 20 digits and nothing else; this has ${digits} in ${text.length} characters`,
    };
  }
  const code = {
    centre: text.slice(0, 8),
    civilCode: text.slice(0, 6),
    sector: text.slice(8, 10),
    type: text.slice(10, 13),
    network: text.slice(13, 14),
    serial: text.slice(14),
  };
  if (!isKnownSector(code.sector)) {
    return { problem: `digits 9–10 name the sector; ${code.sector} is none of 00–14 and 40–45` };
  }
  if (!cameraTypes.has(code.type)) {
    return { problem: `digits 11–13 name the device type; ${code.type} is no camera (131 or 132)` };
  }
  return code;
}
