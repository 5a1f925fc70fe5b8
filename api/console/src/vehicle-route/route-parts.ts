import type { RouteAction, VehicleRoute } from '../../../../contracts/index.ts';

/** A route on the page, and what can be done with it: every part of its view gets this. */
export interface RouteParts {
  readonly route: VehicleRoute;
  readonly nameOf: (cameraId: string) => string;
  readonly isBusy: boolean;
  /** Whether plates can be read here. */
  readonly readsPlates: boolean;
  readonly onSend: (action: RouteAction) => void;
}
