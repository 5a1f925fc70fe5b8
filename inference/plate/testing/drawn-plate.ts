import sharp from 'sharp';

/** How a plate is drawn on the back of a vehicle. */
export interface DrawnPlate {
  readonly text: string;
  /** Of the plate, rim included. */
  readonly heightPx: number;
  readonly blurPx?: number;
  readonly ground?: string;
  readonly ink?: string;
}

const widthPx = 480;
const heightPx = 400;

/** A picture of the back of a vehicle with a plate that nobody has. @returns PNG, 480 × 400. */
export async function drawnVehicle(plate: DrawnPlate): Promise<Uint8Array> {
  const { text, heightPx: plateHeightPx, blurPx = 0, ground = '#1038a8', ink = '#ffffff' } = plate;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="440" height="140">
    <rect width="440" height="140" rx="10" fill="${ground}"/>
    <rect x="6" y="6" width="428" height="128" rx="8" fill="none" stroke="${ink}" stroke-width="4"/>
    <text x="220" y="96" text-anchor="middle" font-size="76" font-weight="bold" letter-spacing="4"
      font-family="Noto Sans CJK SC" fill="${ink}">${text}</text></svg>`;
  const drawn = await sharp(Buffer.from(svg))
    .resize(Math.round((plateHeightPx * 440) / 140), plateHeightPx)
    .png()
    .toBuffer({ resolveWithObject: true });
  const body = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <rect width="${widthPx}" height="${heightPx}" fill="#6c6f72"/>
    <rect x="30" y="20" width="420" height="340" rx="24" fill="#8d2b26"/>
    <rect x="70" y="45" width="340" height="120" rx="14" fill="#20262c"/>
    <rect x="50" y="215" width="46" height="60" fill="#c83a2e"/><rect x="384" y="215" width="46" height="60" fill="#c83a2e"/>
    <rect x="60" y="350" width="70" height="50" fill="#111"/><rect x="350" y="350" width="70" height="50" fill="#111"/></svg>`;
  const whole = await sharp(Buffer.from(body))
    .composite([
      {
        input: drawn.data,
        left: Math.round((widthPx - drawn.info.width) / 2),
        top: Math.round(290 - plateHeightPx / 2),
      },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
  return blurPx === 0 ? whole : await sharp(whole).blur(blurPx).png().toBuffer();
}

const provinces = '京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新';
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

/** A generator of numbers 0..1 that is the same every time (mulberry32). */
function repeatable(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const styles = [
  ['ordinary', '#1038a8', '#ffffff', ''],
  ['newEnergy', '#7ac47f', '#111111', ''],
  ['trailer', '#f2c200', '#111111', '挂'],
  ['police', '#f4f4f4', '#111111', '警'],
  ['learner', '#f2c200', '#111111', '学'],
] as const;

/** Made-up plates of several kinds, from well to be seen to hopeless: small, blurred, noisy, turned, dim. */
export async function drawnPlates(
  count: number,
  seed = 7,
): Promise<{ readonly name: string; readonly text: string; readonly image: Uint8Array }[]> {
  const random = repeatable(seed);
  const of = (signs: string): string => signs.charAt(Math.floor(random() * signs.length));
  const made: { name: string; text: string; image: Uint8Array }[] = [];
  for (let index = 0; index < count; index++) {
    const [name, ground, ink, suffix] = styles[index % styles.length] ?? styles[0];
    const tail = (length: number): string =>
      Array.from({ length }, (_, at) => (at === 0 && random() < 0.5 ? of(letters) : of('0123456789'))).join(
        '',
      );
    const number =
      name === 'newEnergy' ? `${of('DF')}${tail(5)}` : suffix === '' ? tail(5) : tail(4) + suffix;
    const text = of(provinces) + of(letters) + number;
    const drawn = await drawnVehicle({
      text,
      ground,
      ink,
      heightPx: Math.round(12 + random() ** 1.5 * 60),
      blurPx: random() < 0.4 ? 0 : 0.5 + random() * 2.5,
    });
    const [angleDeg, light, noise] = [(random() - 0.5) * 16, 0.35 + random() * 0.65, random() * 18];
    const { data, info } = await sharp(drawn)
      .rotate(angleDeg, { background: '#6c6f72' })
      .modulate({ brightness: light })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const noisy = data.map((value) =>
      Math.min(255, Math.max(0, value + (random() + random() - 1) * noise * 2)),
    );
    const { width, height, channels } = info;
    const image = await sharp(noisy, { raw: { width, height, channels } }).jpeg({ quality: 80 }).toBuffer();
    made.push({ name, text, image });
  }
  return made;
}
