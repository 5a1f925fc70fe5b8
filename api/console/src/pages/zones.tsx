import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Card, Flex, Tag, Typography } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { CameraZones, Zone } from '../../../../contracts/index.ts';
import { cameraStillUrl, post } from '../client.ts';
import { dateTime } from '../format.ts';
import { keys, useCamera, useCameraHealth, useZones } from '../queries.ts';
import { errorText, Failure } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';
import { ZonePicture } from '../zones/picture.tsx';
import { type Corner, freshZoneId, zoneKinds, zoneOfKind } from '../zones/zone-kinds.ts';
import { ZoneForm } from '../zones/zone-form.tsx';

/** Where a camera's rules look, and where they do not: drawn over its last still. */
export default function ZonesPage(): ReactNode {
  const { cameraId = '' } = useParams();
  const zones = useZones(cameraId);
  const camera = useCamera(cameraId);
  if (zones.data === undefined) {
    return zones.isError ? <Failure error={zones.error} retry={() => void zones.refetch()} /> : <Loading />;
  }
  return (
    <Editor
      // What somebody else saved meanwhile is shown from its beginning.
      key={zones.data.drawn?.updatedAtMs ?? 0}
      cameraId={cameraId}
      name={camera.data?.camera.name ?? cameraId}
      kept={zones.data.drawn}
    />
  );
}

function Editor({
  cameraId,
  name,
  kept,
}: {
  readonly cameraId: string;
  readonly name: string;
  readonly kept: CameraZones | null;
}): ReactNode {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const health = useCameraHealth(cameraId);
  const [zones, setZones] = useState<readonly Zone[]>(kept?.zones ?? []);
  // By place in the list, so that a zone may be renamed while it is chosen.
  const [chosen, setChosen] = useState<number | null>(null);
  const [drawn, setDrawn] = useState<readonly Corner[] | null>(null);
  const isChanged = zones !== (kept?.zones ?? zones) || (kept === null && zones.length > 0);
  const save = useMutation({
    mutationFn: () => post<CameraZones>(`/api/cameras/${cameraId}/zones`, { zones }),
    onSuccess: (saved) => {
      client.setQueryData(keys.zones(cameraId), { drawn: saved });
      void message.success(t('zones.saved'));
    },
  });
  useEffect(() => {
    if (!isChanged) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isChanged]);
  const close = (): void => {
    if (drawn === null || drawn.length < 3) return;
    const zoneId = freshZoneId(t('zones.kind.watch'), zones);
    setZones([...zones, zoneOfKind('watch', { zoneId, polygonNorm: [...drawn] })]);
    setChosen(zones.length);
    setDrawn(null);
  };
  useEffect(() => {
    if (drawn === null) return undefined;
    const byKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') setDrawn(null);
      if (key === 'Enter') close();
    };
    addEventListener('keydown', byKey);
    return () => removeEventListener('keydown', byKey);
  });
  const ids = zones.map(({ zoneId }) => zoneId);
  const wrongName = ids.find((id, index) => id === '' || ids.indexOf(id) !== index);
  const zone = chosen === null ? undefined : zones[chosen];
  const change = (changed: Zone): void => {
    if (chosen !== null) setZones(zones.with(chosen, changed));
  };
  const stillAtMs = health.data?.stillCapturedAtMs ?? null;
  return (
    <>
      <Flex justify="space-between" align="center" gap="middle" wrap className="page-head">
        <div>
          <Typography.Title level={4} className="page-title">
            {t('zones.title', { name })}
          </Typography.Title>
          <Typography.Text type="secondary">
            {kept === null
              ? t('zones.noneDrawn')
              : t('zones.drawnBy', { name: kept.updatedBy.name, time: dateTime(kept.updatedAtMs) })}
          </Typography.Text>
        </div>
        <Link to={`/figures/cameras/${cameraId}`}>{t('zones.back')}</Link>
      </Flex>
      <div className="zone-editor">
        <Card>
          <Flex vertical gap="middle">
            <Flex gap="small" wrap align="center">
              {drawn === null ? (
                <Button
                  type="primary"
                  ghost
                  onClick={() => {
                    setChosen(null);
                    setDrawn([]);
                  }}
                >
                  {t('zones.add')}
                </Button>
              ) : (
                <>
                  <Button type="primary" disabled={drawn.length < 3} onClick={close}>
                    {t('zones.finish')}
                  </Button>
                  <Button disabled={drawn.length === 0} onClick={() => setDrawn(drawn.slice(0, -1))}>
                    {t('zones.undo')}
                  </Button>
                  <Button onClick={() => setDrawn(null)}>{t('zones.cancel')}</Button>
                  <Typography.Text type="secondary">{t('zones.drawHint')}</Typography.Text>
                </>
              )}
            </Flex>
            <ZonePicture
              stillUrl={stillAtMs === null ? null : cameraStillUrl(cameraId, 'zones')}
              zones={zones}
              chosenIndex={chosen}
              drawn={drawn}
              onChoose={setChosen}
              onDraw={setDrawn}
              onClose={close}
              onChange={change}
            />
            {stillAtMs !== null && (
              <Typography.Text type="secondary">
                {t('figures.stillAt', { time: dateTime(stillAtMs) })}
              </Typography.Text>
            )}
          </Flex>
        </Card>
        <Card title={t('zones.list', { count: zones.length })}>
          <Flex vertical gap="middle">
            {zones.length === 0 && <p className="quiet">{t('zones.empty')}</p>}
            <Flex wrap gap="small" role="group" aria-label={t('zones.list', { count: zones.length })}>
              {zones.map(({ zoneId, kind }, index) => (
                <Button
                  // A name may be written twice until it is saved.
                  key={index}
                  size="small"
                  type={index === chosen ? 'primary' : 'default'}
                  aria-pressed={index === chosen}
                  disabled={drawn !== null}
                  onClick={() => setChosen(index)}
                >
                  <Tag color={zoneKinds[kind].color}>{t(`zones.kind.${kind}`)}</Tag>
                  {zoneId}
                </Button>
              ))}
            </Flex>
            {zone !== undefined && chosen !== null && (
              <ZoneForm
                zone={zone}
                zones={zones}
                onChange={change}
                onRemove={() => {
                  setZones(zones.toSpliced(chosen, 1));
                  setChosen(null);
                }}
              />
            )}
            {wrongName !== undefined && (
              <Alert
                type="warning"
                showIcon
                title={t(wrongName === '' ? 'zones.noName' : 'zones.sameName', { name: wrongName })}
              />
            )}
            {save.error !== null && <Alert type="error" showIcon title={errorText(save.error)} />}
            <Flex gap="small">
              <Button
                type="primary"
                disabled={!isChanged || drawn !== null || wrongName !== undefined}
                loading={save.isPending}
                onClick={() => save.mutate()}
              >
                {t('zones.save')}
              </Button>
              <Button
                disabled={!isChanged}
                onClick={() => {
                  setZones(kept?.zones ?? []);
                  setChosen(null);
                  setDrawn(null);
                }}
              >
                {t('zones.discard')}
              </Button>
            </Flex>
            <Typography.Text type="secondary">{t('zones.effect')}</Typography.Text>
          </Flex>
        </Card>
      </div>
    </>
  );
}
