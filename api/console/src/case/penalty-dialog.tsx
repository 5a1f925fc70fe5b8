import { Form, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Agency, CaseAction, LegalBasis, Party } from '../../../../contracts/index.ts';
import { agencies } from './dispatch-dialog.tsx';
import { NoteDialog } from './note-dialog.tsx';
import { provisionTitle } from '../shared/provision.ts';

interface Fields {
  agency: Agency;
  basisId: string;
  decisionNumber: string;
  /** `YYYY-MM-DD`, +08:00. */
  decidedOn: string;
  text?: string;
}

/** What was decided against a party: entered by an officer, never worked out. */
export function PenaltyDialog(props: {
  party: Party;
  bases: readonly LegalBasis[];
  isBusy: boolean;
  onCancel: () => void;
  onSend: (action: CaseAction) => void;
}): ReactNode {
  const { t } = useTranslation();
  const { party, bases } = props;
  const chosen = bases.filter(({ partyId, status }) => partyId === party.partyId && status === 'chosen');
  const required = [{ required: true, whitespace: true, message: t('login.required') }];
  return (
    <NoteDialog<Fields>
      title={t('case.actions.recordPenalty')}
      isBusy={props.isBusy}
      initialValues={{ agency: 'enforcement' }}
      onCancel={props.onCancel}
      onSubmit={({ agency, basisId, decisionNumber, decidedOn, text = '', note }) =>
        props.onSend({
          kind: 'recordPenalty',
          penalty: {
            partyId: party.partyId,
            agency,
            basisId,
            decisionNumber: decisionNumber.trim(),
            decidedAtMs: Date.parse(`${decidedOn}T00:00:00+08:00`),
            text,
          },
          note,
        })
      }
    >
      <Form.Item name="agency" label={t('case.penalty.agency')}>
        <Select options={agencies.map((value) => ({ value, label: t(`case.agency.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="basisId"
        label={t('case.penalty.basis')}
        rules={[{ required: true, message: t('decide.choose') }]}
      >
        <Select options={chosen.map((basis) => ({ value: basis.basisId, label: provisionTitle(basis) }))} />
      </Form.Item>
      <Form.Item name="decisionNumber" label={t('case.penalty.number')} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item
        name="decidedOn"
        label={t('case.penalty.decidedAt')}
        rules={[{ required: true, message: t('login.required') }]}
      >
        <Input type="date" />
      </Form.Item>
      <Form.Item name="text" label={t('case.penalty.text')}>
        <Input.TextArea rows={2} maxLength={2_000} />
      </Form.Item>
    </NoteDialog>
  );
}
