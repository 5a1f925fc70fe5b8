import { Image } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import type { RouteSighting } from '../../../../contracts/index.ts';
import { get, RequestFailed, routePictureUrl } from '../client.ts';
import { clockTime } from '../format.ts';
import { errorText } from '../shared/failure.tsx';

/** The passage as the camera recorded it, faces hidden and the vehicle marked, or why there is no picture. */
export function PassagePicture(props: {
  routeId: string;
  sighting: RouteSighting;
  cameraName: string;
}): ReactNode {
  const { routeId, sighting, cameraName } = props;
  const { t } = useTranslation();
  const [isMissing, setIsMissing] = useState(false);
  const url = routePictureUrl(routeId, sighting.sightingId);
  if (isMissing) return <NoPicture url={url} />;
  return (
    <Image
      rootClassName="passage-picture"
      src={url}
      alt={t('route.picture', { camera: cameraName, time: clockTime(sighting.enteredAtMs) })}
      loading="lazy"
      onError={() => setIsMissing(true)}
    />
  );
}

/** An `img` does not say why: ask once more, and show what is answered. */
function NoPicture({ url }: { url: string }): ReactNode {
  const { t } = useTranslation();
  const { error } = useQuery({ queryKey: [url], queryFn: () => get<unknown>(url), retry: false });
  const isUnrecorded = error instanceof RequestFailed && error.body.code === 'INGEST_CLIP_UNAVAILABLE';
  return (
    <div className="passage-picture passage-none" role="note">
      {isUnrecorded
        ? t('route.noRecording')
        : `${t('route.noPicture')} ${error === null ? '' : errorText(error)}`}
    </div>
  );
}
