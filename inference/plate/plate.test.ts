import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLog } from '../../kernel/index.ts';
import { agreed, type PictureVerdict, verdictOf } from './agree.ts';
import { openPlateReader, type PlateReader } from './index.ts';
import { plateKind } from './syntax.ts';
import { drawnVehicle } from './testing/drawn-plate.ts';

test.each([
  ['浙B3K582', 'ordinary'],
  ['苏AD12345', 'newEnergy'],
  ['沪A12345D', 'newEnergy'],
  ['京A8888警', 'police'],
  ['粤E1234挂', 'trailer'],
  ['川A1234学', 'learner'],
  ['沪A1234领', 'consulate'],
  ['使014578', 'embassy'],
  ['粤ZA123港', 'crossBorder'],
  ['B3K582', null],
  ['浙I3K582', null],
  ['浙B3O582', null],
  ['浙BABCDE', null],
  ['浙B3K58', null],
  ['浙BX12345', null],
])('%s is of the kind %s', (text, kind) => {
  expect(plateKind(text)).toBe(kind);
});

const line = (text: string, confidence = 1, heightPx = 24, centreY = 100) => ({
  characters: text.split('').map((character) => ({ character, confidence })),
  heightPx,
  widthPx: heightPx * text.length * 0.6,
  centreX: 200,
  centreY,
  sharpness: 0.5,
});

test('one picture: two lines of a lorry are one plate, two plates are none, small and unsure ones are not guessed', () => {
  expect(verdictOf([line('浙B', 1, 20, 80), line('3K582', 1, 30, 110)])).toMatchObject({ text: '浙B3K582' });
  expect(verdictOf([line('浙B3K582'), line('浙B3K583', 1, 24, 200)])).toMatchObject({
    reason: 'severalPlates',
  });
  expect(verdictOf([line('浙B3K582', 1, 9)])).toMatchObject({ reason: 'tooSmall' });
  expect(verdictOf([line('浙B3K582', 0.5)])).toMatchObject({ reason: 'uncertain' });
  expect(verdictOf([line('3K58212')])).toMatchObject({ reason: 'syntax' });
  expect(verdictOf([])).toMatchObject({ reason: 'noPlate' });
});

test('several pictures: read only where they agree', () => {
  const read = (text: string, confidence = 0.95): PictureVerdict => ({
    kind: 'read',
    text,
    confidence,
    heightPx: 20,
  });
  const [one, other] = [read('浙B3K582'), read('浙B3K583')];
  expect(agreed([one, one, other])).toMatchObject({ reason: 'disagreeing', text: null });
  expect(agreed([one, one, one, other])).toMatchObject({
    text: '浙B3K582',
    agreeingCount: 3,
    pictureCount: 4,
  });
  expect(agreed([one])).toMatchObject({ text: '浙B3K582' });
  // Alone and not quite sure: nobody confirms it.
  expect(agreed([read('浙B3K582', 0.8)])).toMatchObject({ text: null, reason: 'uncertain' });
  expect(agreed([])).toMatchObject({ text: null, reason: 'noRecording', pictureCount: 0 });
});

let reader: PlateReader;
beforeAll(async () => {
  reader = await openPlateReader(openLog({ level: 'silent' }));
}, 60_000);
afterAll(async () => {
  await reader[Symbol.asyncDispose]();
});

test('what is drawn is read, and what cannot be read is not guessed', async () => {
  const readOf = async (text: string, heightPx: number, blurPx: number) => {
    const picture = await drawnVehicle({ text, heightPx, blurPx });
    return await reader.read([picture, picture]);
  };
  expect(await readOf('浙B3K582', 50, 0)).toMatchObject({
    text: '浙B3K582',
    kind: 'ordinary',
    agreeingCount: 2,
  });
  expect(await readOf('浙B3K582', 30, 3)).toMatchObject({ text: null });
  expect(await readOf('浙B3K582', 8, 0)).toMatchObject({ text: null });
  expect(await readOf('HELLO123', 50, 0)).toMatchObject({ text: null, reason: 'syntax' });
}, 60_000);

test('a plate seen from the side is read: its line falls, its strokes stand, and it is squeezed', async () => {
  const straight = await drawnVehicle({ text: '浙BD51728', heightPx: 60, blurPx: 0 });
  const leaning = await sharp(straight)
    .affine([0.72, 0, 0.28, 1], { background: '#8a8d90' })
    .png()
    .toBuffer();
  expect(await reader.read([leaning, leaning])).toMatchObject({ text: '浙BD51728', kind: 'newEnergy' });
}, 60_000);
