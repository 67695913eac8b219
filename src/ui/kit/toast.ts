import type { ExternalToast } from 'sonner';

const load = () => import('sonner');

/** Short messages for when something is done. Their library comes after the page: its first load is for what is looked at. */
export const toast = {
  success: (text: string, options?: ExternalToast) =>
    void load().then((library) => library.toast.success(text, options)),
  error: (text: string, options?: ExternalToast) =>
    void load().then((library) => library.toast.error(text, options)),
};
