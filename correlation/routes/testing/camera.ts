import { blankCamera, type Camera } from '../../../contracts/index.ts';
import { areaCode, cameraIdOf, placeAt } from '../../testing/made.ts';

/** A camera on one street, 300 m from the one before it. */
export const routeCamera = (index: number, more: Partial<Camera> = {}): Camera => ({
  ...blankCamera({
    cameraId: cameraIdOf(index),
    name: `camera ${index}`,
    civilCode: '330203',
    areaCode,
    updatedAtMs: 0,
  }),
  ...placeAt(index * 300),
  pointClass: 1,
  headingDeg: 90,
  ...more,
});
