import { Alert, Form, Input, Modal, Radio } from 'antd';
import type { ReactNode } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Incident, RouteAction, RouteSighting } from '../../../../contracts/index.ts';
import { clockTime, dateTime, span } from '../format.ts';
import { useVehiclesAbout } from '../queries.ts';
import { dialogContainer } from '../shared/dialog-container.ts';
import { errorText } from '../shared/failure.tsx';
import { Loading } from '../shared/loading.tsx';

interface Fields {
  sightingId: string;
  reason: string;
}

const reasonMinLength = 5;

/** Which vehicle, and why: both are needed, the reason stands in the register. */
export function RequestDialog(props: {
  incident: Incident;
  nameOf: (cameraId: string) => string;
  isBusy: boolean;
  onCancel: () => void;
  onSubmit: (action: RouteAction) => void;
}): ReactNode {
  const { incident, nameOf } = props;
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const { data, error, isPending } = useVehiclesAbout(incident.incidentId);
  const vehicles = data?.items ?? [];
  const submit = ({ sightingId, reason }: Fields): void => {
    const chosen = vehicles.find((vehicle) => vehicle.sightingId === sightingId);
    if (chosen === undefined) return;
    const { cameraId, trackId } = chosen;
    props.onSubmit({ kind: 'request', reason: reason.trim(), cameraId, trackId });
  };
  return (
    <Modal
      open
      width={640}
      getContainer={dialogContainer}
      title={t('route.request')}
      okText={t('route.send')}
      cancelText={t('decide.cancel')}
      okButtonProps={{ loading: props.isBusy, disabled: vehicles.length === 0 }}
      onOk={() => form.submit()}
      onCancel={props.onCancel}
    >
      <p className="quiet">{t('route.requestHint')}</p>
      {isPending && <Loading />}
      {error !== null && <Alert type="warning" showIcon role="alert" title={errorText(error)} />}
      {data !== undefined && vehicles.length === 0 && (
        <Alert type="info" showIcon title={t('route.noVehicles')} />
      )}
      <Form form={form} layout="vertical" onFinish={submit}>
        {vehicles.length > 0 && (
          <Form.Item
            name="sightingId"
            label={t('route.vehicle')}
            rules={[{ required: true, message: t('decide.choose') }]}
          >
            <Radio.Group className="vehicle-choice">
              {vehicles.map((vehicle) => (
                <Radio key={vehicle.sightingId} value={vehicle.sightingId}>
                  <Vehicle vehicle={vehicle} incident={incident} nameOf={nameOf} />
                </Radio>
              ))}
            </Radio.Group>
          </Form.Item>
        )}
        <Form.Item
          name="reason"
          label={t('route.reason')}
          rules={[
            { required: true, whitespace: true, min: reasonMinLength, message: t('route.reasonNeeded') },
          ]}
        >
          <Input.TextArea rows={2} maxLength={2_000} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function Vehicle(props: {
  vehicle: RouteSighting;
  incident: Incident;
  nameOf: (cameraId: string) => string;
}): ReactNode {
  const { t } = useTranslation();
  const { cameraId, className, enteredAtMs, leftAtMs } = props.vehicle;
  const putDownAtMs = props.incident.events.find((event) => event.cameraId === cameraId)?.moments.putDownAtMs;
  return (
    <>
      <strong>{t(`objectClass.${className as 'truck'}`)}</strong> {dateTime(enteredAtMs)} –{' '}
      {clockTime(leftAtMs)}{' '}
      <span className="quiet">{t('route.inView', { time: span(leftAtMs - enteredAtMs) })}</span>
      <br />
      <span className="quiet">
        {props.nameOf(cameraId)}
        {putDownAtMs !== null &&
          putDownAtMs !== undefined &&
          ` · ${apart(enteredAtMs, leftAtMs, putDownAtMs, t)}`}
      </span>
    </>
  );
}

function apart(enteredAtMs: number, leftAtMs: number, putDownAtMs: number, t: TFunction): string {
  if (leftAtMs < putDownAtMs) return t('route.goneBefore', { time: span(putDownAtMs - leftAtMs) });
  if (enteredAtMs > putDownAtMs) return t('route.cameAfter', { time: span(enteredAtMs - putDownAtMs) });
  return t('route.atPutDown');
}
