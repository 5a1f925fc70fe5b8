import { Checkbox, Form, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Agency, CaseAction } from '../../../../contracts/index.ts';
import { NoteDialog } from './note-dialog.tsx';

export const agencies: readonly Agency[] = ['enforcement', 'policeStation', 'trafficPolice'];

interface Fields {
  lead: Agency;
  coHandlers?: Agency[];
  isUrgent?: boolean;
}

/** Who leads and who helps. */
export function DispatchDialog(props: {
  isBusy: boolean;
  onCancel: () => void;
  onDispatch: (action: CaseAction) => void;
}): ReactNode {
  const { t } = useTranslation();
  const options = agencies.map((value) => ({ value, label: t(`case.agency.${value}`) }));
  return (
    <NoteDialog<Fields>
      title={t('case.actions.dispatch')}
      isBusy={props.isBusy}
      initialValues={{ lead: 'enforcement', coHandlers: ['policeStation', 'trafficPolice'] }}
      onCancel={props.onCancel}
      onSubmit={({ lead, coHandlers = [], isUrgent = false, note }) =>
        props.onDispatch({
          kind: 'dispatch',
          lead,
          coHandlers: coHandlers.filter((agency) => agency !== lead),
          isUrgent,
          note,
        })
      }
    >
      <Form.Item name="lead" label={t('case.leadAgency')}>
        <Select options={options} />
      </Form.Item>
      <Form.Item name="coHandlers" label={t('case.coHandlers')}>
        <Checkbox.Group options={options} />
      </Form.Item>
      <Form.Item name="isUrgent" valuePropName="checked">
        <Checkbox>{t('case.urgent')}</Checkbox>
      </Form.Item>
    </NoteDialog>
  );
}
