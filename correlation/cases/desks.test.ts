import { expect, test } from 'vitest';
import { basePlace, placeAt } from '../testing/made.ts';
import { deskFor } from './desks.ts';
import type { Desk } from './settings.ts';

const desk = (given: Partial<Desk> & Pick<Desk, 'deskId'>): Desk => ({
  agency: 'enforcement',
  name: given.deskId,
  areaCodes: ['330203540000'],
  outline: null,
  roster: [],
  ...given,
});
const at = (text: string): number => Date.parse(`${text}+08:00`);
const place = { lonDeg: basePlace.lonDeg, latDeg: basePlace.latDeg };
const here = { areaCode: '330203540000', place, atMs: at('2026-06-15T09:00:00') };

test('an outline that holds the place goes before the jurisdiction', () => {
  const square = [placeAt(-50, -50), placeAt(50, -50), placeAt(50, 50), placeAt(-50, 50)];
  const desks = [desk({ deskId: 'area' }), desk({ deskId: 'street', areaCodes: [], outline: square })];
  expect(deskFor(desks, 'enforcement', here).deskId).toBe('street');
  expect(deskFor(desks, 'enforcement', { ...here, place: placeAt(80) }).deskId).toBe('area');
  expect(deskFor(desks, 'enforcement', { ...here, place: null }).deskId).toBe('area');
});

test('a desk where somebody is on duty goes before one where nobody is; a shift may go over midnight', () => {
  const day = { weekdays: [1, 2, 3, 4, 5], hours: '08:30-17:00', officers: ['王芳'] };
  const night = { weekdays: [1], hours: '22:00-06:00', officers: ['李强'] };
  const desks = [desk({ deskId: 'day', roster: [day] }), desk({ deskId: 'night', roster: [night] })];
  const chosen = (atText: string) => deskFor(desks, 'enforcement', { ...here, atMs: at(atText) });
  expect(chosen('2026-06-15T09:00:00')).toEqual({ deskId: 'day', name: 'day', onDuty: ['王芳'] });
  // Monday's night shift is still there on Tuesday at five, and Tuesday has none of its own.
  expect(chosen('2026-06-16T05:00:00')).toEqual({ deskId: 'night', name: 'night', onDuty: ['李强'] });
  // Nobody anywhere: the task still has a desk.
  expect(chosen('2026-06-17T05:00:00')).toEqual({ deskId: 'day', name: 'day', onDuty: [] });
});

test('where no desk is named every agency still has one', () => {
  expect(deskFor([], 'trafficPolice', here)).toEqual({
    deskId: 'trafficPolice@330203540000',
    name: '',
    onDuty: [],
  });
});
