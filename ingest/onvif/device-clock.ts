import type { BoundedCam } from './bounded-cam.ts';
import { nodeAt, numberAt, textAt } from './parsed.ts';

/** What a device says of its clock, and when it said so. */
export interface DeviceClock {
  /** Device minus this machine's clock at the middle of question and answer. */
  readonly offsetMs: number;
  /** The true offset lies within offset ± error: half the round trip, and half of the answer's whole second. */
  readonly errorMs: number;
  readonly measuredAtMs: number;
  readonly isSetByNetwork: boolean;
  readonly isDaylightSaving: boolean;
  /** POSIX time zone as set in the device. */
  readonly timeZone: string | null;
}

const question = '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>';

const utcMs = (node: unknown): number | null => {
  const parts = [
    numberAt(node, 'date', 'year'),
    numberAt(node, 'date', 'month'),
    numberAt(node, 'date', 'day'),
    numberAt(node, 'time', 'hour'),
    numberAt(node, 'time', 'minute'),
    numberAt(node, 'time', 'second'),
  ];
  if (parts.includes(null)) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts as number[];
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/**
 * Ask a device for its time; most answer without a login.
 * @returns null when it answers, but names no UTC time: a local time alone says nothing for certain.
 * @throws PipelineError INGEST_ONVIF_*.
 */
export async function readDeviceClock(cam: BoundedCam, login: boolean): Promise<DeviceClock | null> {
  const [askedAtMs, askedAt] = [Date.now(), performance.now()];
  const body = await cam.send(question, { login });
  const tripMs = performance.now() - askedAt;
  const said = nodeAt(body, 'getSystemDateAndTimeResponse', 'systemDateAndTime');
  const deviceMs = utcMs(nodeAt(said, 'UTCDateTime'));
  if (deviceMs === null) return null;
  // It names whole seconds: on average half a second of it have passed already.
  return {
    offsetMs: Math.round(deviceMs + 500 - (askedAtMs + tripMs / 2)),
    errorMs: Math.round(tripMs / 2 + 500),
    measuredAtMs: Math.round(askedAtMs + tripMs / 2),
    isSetByNetwork: textAt(said, 'dateTimeType') === 'NTP',
    isDaylightSaving: textAt(said, 'daylightSavings') === 'true',
    timeZone: textAt(said, 'timeZone', 'TZ'),
  };
}
