import { Checkbox, Flex } from 'antd';
import { type CSSProperties, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoxNorm, MediaRef, SceneEvent, StillRole } from '../../../../contracts/index.ts';
import { mediaUrl } from '../client.ts';
import { clockTime } from '../format.ts';

const roles: readonly StillRole[] = ['before', 'arrived', 'putDown', 'departed', 'after'];
/** The object lies there from put-down on; before, its box marks the place that it will take. */
const objectRoles: readonly string[] = ['putDown', 'departed', 'after'];

/** Five moments side by side and one of them large, with what the rule saw drawn over. */
export function Stills({ event, incidentId }: { event: SceneEvent; incidentId: string }): ReactNode {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<StillRole | null>(null);
  const [isBoxShown, setIsBoxShown] = useState(true);
  const [isActorShown, setIsActorShown] = useState(true);
  const stillOf = (role: StillRole): MediaRef | undefined =>
    event.media.find((ref) => ref.role === role && ref.isMasked);
  const available = roles.filter((role) => stillOf(role) !== undefined);
  const role = chosen ?? (available.includes('putDown') ? 'putDown' : available[0]);
  const large = role === undefined ? undefined : stillOf(role);
  if (role === undefined || large === undefined) return <p className="quiet">{t('incident.noStillsYet')}</p>;
  return (
    <>
      <figure
        className="still-large"
        // As large as leaves the row of stills below in sight.
        style={{ maxWidth: `max(300px, calc((100vh - 390px) * ${large.widthPx / large.heightPx}))` }}
      >
        <img
          src={mediaUrl(large.mediaId, incidentId)}
          alt={`${t(`role.${role}`)} ${clockTime(large.capturedFromMs)}`}
          width={large.widthPx}
          height={large.heightPx}
        />
        {isBoxShown && <Box box={event.box} kind={objectRoles.includes(role) ? 'object' : 'place'} />}
        {isActorShown && event.actor !== null && role === 'putDown' && (
          <Box box={event.actor.box} kind="actor" />
        )}
        <figcaption>
          {t(`role.${role}`)} · {clockTime(large.capturedFromMs)}
        </figcaption>
      </figure>
      <div className="still-row" role="group" aria-label={t('incident.stills')}>
        {roles.map((each) => {
          const still = stillOf(each);
          return (
            <button
              key={each}
              type="button"
              className={each === role ? 'still still-chosen' : 'still'}
              aria-pressed={each === role}
              disabled={still === undefined}
              onClick={() => setChosen(each)}
            >
              {still === undefined ? (
                <span className="still-none">{t('incident.noStill')}</span>
              ) : (
                <span className="still-picture">
                  <img src={mediaUrl(still.mediaId, incidentId)} alt="" />
                  {isBoxShown && objectRoles.includes(each) && <Box box={event.box} kind="object" />}
                </span>
              )}
              <b>{t(`role.${each}`)}</b>
              <small>{still === undefined ? '—' : clockTime(still.capturedFromMs)}</small>
            </button>
          );
        })}
      </div>
      <Flex gap="middle" wrap>
        <Checkbox checked={isBoxShown} onChange={({ target }) => setIsBoxShown(target.checked)}>
          {t('incident.box')}
        </Checkbox>
        {event.actor !== null && (
          <Checkbox checked={isActorShown} onChange={({ target }) => setIsActorShown(target.checked)}>
            {t('incident.actorBox')}
          </Checkbox>
        )}
      </Flex>
    </>
  );
}

function Box({ box, kind }: { box: BoxNorm; kind: 'object' | 'place' | 'actor' }): ReactNode {
  const share = (value: number): string => `${value * 100}%`;
  const style: CSSProperties = {
    left: share(box.xNorm),
    top: share(box.yNorm),
    width: share(box.wNorm),
    height: share(box.hNorm),
  };
  return <span className={`box box-${kind}`} style={style} data-testid={`box-${kind}`} />;
}
