import { Form, Input, Modal, Radio, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonAction, RejectReason } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { useIncidents } from '../queries.ts';
import { dialogContainer } from '../shared/dialog-container.ts';

interface Fields {
  reason: RejectReason;
  duplicateOf?: string;
  note?: string;
}

const reasons: readonly RejectReason[] = ['false_alarm', 'duplicate', 'legal_disposal'];
const noteMaxLength = 2_000;

export function DecisionDialog(props: {
  kind: 'confirm' | 'reject';
  incidentId: string;
  isBusy: boolean;
  onCancel: () => void;
  onDecide: (action: PersonAction) => void;
}): ReactNode {
  const { kind, incidentId, isBusy, onCancel, onDecide } = props;
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const reason = Form.useWatch('reason', form);
  const decide = ({ reason: chosen, duplicateOf, note = '' }: Fields): void => {
    if (kind === 'confirm') onDecide({ kind, note });
    else
      onDecide({
        kind,
        reason: chosen,
        note,
        duplicateOf: chosen === 'duplicate' ? (duplicateOf ?? null) : null,
      });
  };
  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={t(kind === 'confirm' ? 'decide.confirmTitle' : 'decide.rejectTitle')}
      okText={t(kind === 'confirm' ? 'decide.confirm' : 'decide.reject')}
      cancelText={t('decide.cancel')}
      okButtonProps={{ danger: kind === 'reject', loading: isBusy, autoFocus: true }}
      onOk={() => form.submit()}
      onCancel={onCancel}
    >
      <Form<Fields> form={form} layout="vertical" initialValues={{ reason: 'false_alarm' }} onFinish={decide}>
        {kind === 'reject' && (
          <Form.Item name="reason" label={t('decide.reason')}>
            <Radio.Group
              vertical
              options={reasons.map((value) => ({ value, label: t(`decide.reasons.${value}`) }))}
            />
          </Form.Item>
        )}
        {kind === 'reject' && reason === 'duplicate' && <DuplicateOf incidentId={incidentId} />}
        <Form.Item name="note" label={t('decide.note')}>
          <Input.TextArea rows={2} maxLength={noteMaxLength} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}

function DuplicateOf({ incidentId }: { incidentId: string }): ReactNode {
  const { t } = useTranslation();
  const { data } = useIncidents([]);
  const others =
    data?.pages.flatMap((page) => page.items).filter((item) => item.incidentId !== incidentId) ?? [];
  return (
    <Form.Item
      name="duplicateOf"
      label={t('decide.duplicateOf')}
      rules={[{ required: true, message: t('decide.choose') }]}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('decide.choose')}
        options={others.map((item) => ({
          value: item.incidentId,
          label: `${t(`kind.${item.kind}`)} · ${item.cameraName ?? item.cameraIds[0] ?? ''} · ${dateTime(item.raisedAtMs)}`,
        }))}
      />
    </Form.Item>
  );
}
