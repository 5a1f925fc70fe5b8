import { Alert } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SceneEvent } from '../../../../contracts/index.ts';
import { mediaUrl } from '../client.ts';
import { clockTime } from '../format.ts';

export function Clip({ event, incidentId }: { event: SceneEvent; incidentId: string }): ReactNode {
  const { t } = useTranslation();
  const [hasFailed, setHasFailed] = useState(false);
  const clip = event.media.find((ref) => ref.role === 'clip' && ref.isMasked);
  const poster = event.media.find((ref) => ref.role === 'putDown' && ref.isMasked);
  if (clip === undefined) return <p className="quiet">{t('incident.noClip')}</p>;
  return (
    <>
      {hasFailed && <Alert type="warning" showIcon title={t('incident.clipFailed')} className="form-alert" />}
      {/* There is no sound, so there is nothing to write out. */}
      <video
        className="clip"
        controls
        muted
        playsInline
        preload="metadata"
        {...(poster === undefined ? {} : { poster: mediaUrl(poster.mediaId, incidentId) })}
        src={mediaUrl(clip.mediaId, incidentId)}
        onError={() => setHasFailed(true)}
      />
      <p className="quiet">
        {clockTime(clip.capturedFromMs)} — {clockTime(clip.capturedToMs)}
      </p>
    </>
  );
}
