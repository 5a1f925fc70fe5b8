import { Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dialogContainer } from '../shared/dialog-container.ts';

const noteMaxLength = 2_000;

/** Asks for what an action needs, and always for a note: it stands in the timeline and in the register. */
export function NoteDialog<F extends object>(props: {
  title: string;
  isBusy: boolean;
  isNoteNeeded?: boolean;
  isDanger?: boolean;
  initialValues?: Partial<F>;
  children?: ReactNode;
  onCancel: () => void;
  onSubmit: (fields: F & { note: string }) => void;
}): ReactNode {
  const { title, isBusy, isNoteNeeded = false, isDanger = false, initialValues, children } = props;
  const { t } = useTranslation();
  const [form] = Form.useForm();
  return (
    <Modal
      open
      getContainer={dialogContainer}
      title={title}
      okText={title}
      cancelText={t('decide.cancel')}
      okButtonProps={{ danger: isDanger, loading: isBusy }}
      onOk={() => form.submit()}
      onCancel={props.onCancel}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={initialValues ?? {}}
        onFinish={(fields: F & { note?: string }) => props.onSubmit({ ...fields, note: fields.note ?? '' })}
      >
        {children}
        <Form.Item
          name="note"
          label={t('case.note')}
          rules={isNoteNeeded ? [{ required: true, whitespace: true, message: t('case.noteNeeded') }] : []}
        >
          <Input.TextArea rows={2} maxLength={noteMaxLength} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}
