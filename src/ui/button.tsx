import type { ComponentProps } from 'react';
import styles from './button.module.css';

/** The one button of the pages; not printed. */
export function Button(props: Omit<ComponentProps<'button'>, 'className'>) {
  return <button type="button" {...props} className={styles.button} />;
}

/** A link that looks like a button: for leaving the page. */
export function ButtonLink(props: Omit<ComponentProps<'a'>, 'className'>) {
  return <a {...props} className={styles.button} />;
}
