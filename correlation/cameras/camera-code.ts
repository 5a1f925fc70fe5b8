import { type CellIssue, error, warning } from './issue.ts';

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

const partsOf = (text: string): CameraCode => ({
  centre: text.slice(0, 8),
  civilCode: text.slice(0, 6),
  sector: text.slice(8, 10),
  type: text.slice(10, 13),
  network: text.slice(13, 14),
  serial: text.slice(14),
});

function formIssue(text: string): CellIssue | null {
  if (/^\d{20}$/.test(text)) return null;
  if (/^\d(?:\.\d+)?E\+?\d+$/i.test(text)) {
    return error(
      'code_scientific',
      'a spreadsheet turned this code into a number and lost digits; format the column as text',
    );
  }
  const digits = text.replaceAll(/\D/g, '').length;
  const reason = `a camera code has 20 digits and nothing else; this has ${digits} in ${text.length} characters`;
  return error(digits === text.length ? 'code_length' : 'code_not_digits', reason);
}

/**
 * What is wrong with a camera code.
 * @param district six digits that every code of the district begins with; null when not known.
 */
export function codeIssues(text: string, district: string | null): readonly CellIssue[] {
  const form = formIssue(text);
  if (form !== null) return [form];
  const code = partsOf(text);
  const issues: CellIssue[] = [];
  if (!cameraTypes.has(code.type)) {
    const reason = `digits 11–13 name the device type; ${code.type} is no camera (131 or 132)`;
    issues.push(error('code_not_camera', reason));
  }
  if (!isKnownSector(code.sector)) {
    const reason = `digits 9–10 name the sector; ${code.sector} is none of 00–14 and 40–45`;
    issues.push(warning('code_sector_unknown', reason));
  }
  if (district !== null && code.civilCode !== district) {
    const reason = `the code begins with ${code.civilCode}, the district is ${district}`;
    issues.push(error('code_district', reason));
  }
  return issues;
}

/**
 * Take a 20-digit code apart.
 * @returns the parts, or in words what is wrong with it.
 */
export function parseCameraCode(text: string): CameraCode | { readonly problem: string } {
  const [first] = codeIssues(text, null);
  return first === undefined ? partsOf(text) : { problem: first.reason };
}
