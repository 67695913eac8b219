import type { ComponentProps } from 'react';
import styles from './button.module.css';

/**
 * The button of pages without Tailwind: landing, receipt and error pages. It is not printed. Admin and demo pages use
 * the button of src/ui/kit.
 */
export function Button(props: Omit<ComponentProps<'button'>, 'className'>) {
  return <button type="button" {...props} className={styles.button} />;
}

/** A link that looks like a button: for leaving the page. */
export function ButtonLink(props: Omit<ComponentProps<'a'>, 'className'>) {
  return <a {...props} className={styles.button} />;
}
