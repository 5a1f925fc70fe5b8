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
