import { Alert, Button, Flex, Segmented, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Camera } from '../../../../contracts/index.ts';
import { NoteDialog } from '../case/note-dialog.tsx';
import { clockTime, dateTime, wholePercent } from '../format.ts';
import { useSession } from '../queries.ts';
import { inWords } from '../shared/in-words.ts';
import { personName } from '../shared/person-name.ts';
import { chainOf } from './chain.ts';
import { Clocks } from './clocks.tsx';
import { Passages, VerdictButtons } from './passages.tsx';
import { PassagePicture } from './passage-picture.tsx';
import { Plate } from './plate.tsx';
import { RouteMap } from './route-map.tsx';
import type { RouteParts } from './route-parts.ts';

const stateColor = { requested: 'gold', approved: 'blue', refused: 'default', expired: 'default' } as const;

/** One request for a vehicle's route, from the reason to what is proposed, or to the proof that it is gone. */
export function RouteView(props: RouteParts & { files: ReadonlyMap<string, Camera> }): ReactNode {
  const { route, nameOf } = props;
  const { t } = useTranslation();
  const { state, actor, deletion, decidedBy, decidedAtMs } = route;
  return (
    <section className="route" aria-label={route.reason}>
      <Flex justify="space-between" gap="small" wrap>
        <strong>{route.reason}</strong>
        <Tag color={stateColor[state]}>{t(`route.state.${state}`)}</Tag>
      </Flex>
      <p className="quiet">
        {t('route.requestedBy', { name: personName(route.requestedBy), time: dateTime(route.requestedAtMs) })}
        {decidedBy !== null &&
          decidedAtMs !== null &&
          ` · ${t('route.decidedBy', { name: personName(decidedBy), time: dateTime(decidedAtMs) })}`}
        {route.decisionNote !== '' && ` · ${route.decisionNote}`}
      </p>
      {actor !== null && (
        <p className="quiet">
          {t('route.actor')} {t(`objectClass.${actor.className as 'truck'}`)} · {nameOf(actor.cameraId)} ·{' '}
          {clockTime(actor.enteredAtMs)} – {clockTime(actor.leftAtMs)}
        </p>
      )}
      {state === 'requested' && <Approval {...props} />}
      {state === 'approved' && <Proposals {...props} />}
      {deletion !== null && (
        <Alert
          type="info"
          showIcon
          title={t('route.expired', {
            time: dateTime(deletion.deletedAtMs),
            count: deletion.rowCountBefore,
            pictures: deletion.pictureCountBefore,
            plates: deletion.plateCount,
            cause: t(`route.cause.${deletion.cause}`),
          })}
          description={<span className="route-hash">sha256 {deletion.contentHash}</span>}
        />
      )}
    </section>
  );
}

const caveatNames = ['noRoads', 'camerasOffRoad', 'actorOffRoad'] as const;

function caveatText(caveat: string, t: TFunction): string {
  const known = caveatNames.find((name) => name === caveat);
  return known === undefined ? inWords(caveat) : t(`route.caveat.${known}`);
}

/** Somebody else lets it happen, or does not. */
function Approval({ route, isBusy, onSend }: RouteParts): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const [asking, setAsking] = useState<'approve' | 'refuse' | null>(null);
  const isOwn = session.data?.person.userId === route.requestedBy.userId;
  if (isOwn) return <Alert type="info" showIcon title={t('route.awaitsOther')} />;
  return (
    <Flex gap="small" wrap>
      <Button type="primary" onClick={() => setAsking('approve')}>
        {t('route.approve')}
      </Button>
      <Button onClick={() => setAsking('refuse')}>{t('route.refuse')}</Button>
      {asking !== null && (
        <NoteDialog
          title={t(`route.${asking}`)}
          isBusy={isBusy}
          isNoteNeeded={asking === 'refuse'}
          isDanger={asking === 'refuse'}
          onCancel={() => setAsking(null)}
          onSubmit={({ note }) => onSend({ kind: asking, note })}
        />
      )}
    </Flex>
  );
}

/** What is proposed, best first, each passage to be confirmed or struck; a decision plans it anew. */
function Proposals(props: RouteParts & { files: ReadonlyMap<string, Camera> }): ReactNode {
  const { route, files, nameOf, isBusy, onSend } = props;
  const { t } = useTranslation();
  const [wished, setWished] = useState(0);
  const { proposals, sightings, decisions, actor, question, caveats } = route;
  // A decision may leave fewer proposals than there were.
  const at = Math.min(wished, proposals.length - 1);
  const shown = proposals[at];
  const struck = decisions.filter(({ verdict }) => verdict === 'struck');
  const sightingOf = (id: string) => sightings.find(({ sightingId }) => sightingId === id);
  const asked = question === null ? undefined : sightingOf(question.sightingId);
  const lines = shown === undefined || actor === null ? [] : chainOf(shown, sightings, actor.sightingId);
  const isShown = lines.some((line) => line.kind === 'passage' && line.sighting === asked);
  return (
    <Flex vertical gap="small" className="route-body">
      {caveats.map((caveat) => (
        <Alert key={caveat} type="warning" showIcon title={caveatText(caveat, t)} />
      ))}
      {shown === undefined && <Alert type="info" showIcon title={t('route.noProposal')} />}
      {proposals.length > 1 && (
        <Segmented
          value={at}
          onChange={setWished}
          options={proposals.map(({ hops, probability }, index) => ({
            value: index,
            // Its share would be 100 %: it has no hop that could be wrong.
            label: t(hops.length === 0 ? 'route.proposalOfNone' : 'route.proposal', {
              number: index + 1,
              hops: hops.length,
              share: wholePercent(probability),
            }),
          }))}
        />
      )}
      {lines.length > 0 && actor !== null && (
        <div className="route-shown">
          <RouteMap lines={lines} actorId={actor.sightingId} files={files} />
          <Passages lines={lines} {...props} />
        </div>
      )}
      {asked !== undefined && !isShown && (
        <Alert
          type="info"
          title={t('route.question', {
            camera: nameOf(asked.cameraId),
            time: clockTime(asked.enteredAtMs),
            vehicle: t(`objectClass.${asked.className as 'truck'}`),
            share: wholePercent(question?.probability ?? 0),
          })}
          description={
            <>
              <PassagePicture
                key={asked.sightingId}
                routeId={route.routeId}
                sighting={asked}
                cameraName={nameOf(asked.cameraId)}
              />
              <Plate {...props} sighting={asked} />
            </>
          }
          action={<VerdictButtons sightingId={asked.sightingId} isBusy={isBusy} onSend={onSend} />}
        />
      )}
      {struck.length > 0 && (
        <div>
          <span className="quiet">{t('route.struckOnes')}</span>
          <ul className="plain-list">
            {struck.map(({ sightingId, by, atMs }) => {
              const sighting = sightingOf(sightingId);
              return (
                <li key={sightingId} className="quiet route-struck">
                  <s>
                    {sighting === undefined
                      ? sightingId
                      : `${nameOf(sighting.cameraId)} ${clockTime(sighting.enteredAtMs)}`}
                  </s>{' '}
                  {personName(by)} · {dateTime(atMs)}{' '}
                  <Button
                    size="small"
                    type="link"
                    loading={isBusy}
                    onClick={() => onSend({ kind: 'decide', sightingId, verdict: 'confirmed' })}
                  >
                    {t('route.confirmAfterAll')}
                  </Button>
                </li>
              );
            })}
          </ul>
        </div>
      )}
      <Clocks clocks={route.clocks} nameOf={nameOf} />
    </Flex>
  );
}
