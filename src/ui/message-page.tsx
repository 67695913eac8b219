import type { ReactNode } from 'react';
import { Mark } from './mark';
import styles from './message-page.module.css';

/** A page that has one thing to say, and perhaps one thing to do: nothing here, or something failed. */
export function MessagePage(props: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={styles.body}>
        <span className={styles.mark}>
          <Mark sizePx={48} />
        </span>
        <h1 className={styles.title}>{props.title}</h1>
        <div className={styles.text}>{props.children}</div>
        {props.action}
      </div>
    </main>
  );
}
