import type { ReceiptText } from '@/services/payments/receipt-text';
import { Amount } from '../amount';
import { PrintButton } from '../print-button';
import styles from './receipt.module.css';

/** One receipt as a slip of paper: on a phone, on a desk, and printed. */
export function Receipt({ receipt, pdfHref }: { receipt: ReceiptText; pdfHref: string }) {
  return (
    <main className={styles.page}>
      <article className={styles.slip} aria-labelledby="restaurant">
        <Head receipt={receipt} />
        <Facts receipt={receipt} />
        <Orders receipt={receipt} />
        <Amounts receipt={receipt} />
        <Refunds receipt={receipt} />
        <p className={styles.thanks}>Thank you for your visit.</p>
      </article>
      <div className={styles.actions}>
        <PrintButton />
        <a className={styles.save} href={pdfHref} download>
          Save as PDF
        </a>
        <p className={styles.note}>
          This link works until {receipt.validUntil}. Print or save the receipt to keep it longer.
        </p>
      </div>
    </main>
  );
}

function Head({ receipt }: { receipt: ReceiptText }) {
  return (
    <header className={styles.head}>
      <h1 id="restaurant" className={styles.restaurant} dir="auto">
        {receipt.restaurantName}
      </h1>
      {receipt.address.length > 0 && (
        <address className={styles.address} dir="auto">
          {receipt.address.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </address>
      )}
      <p className={styles.total}>
        <span className={styles.label}>You paid</span>
        <span className={styles.hero}>
          <Amount text={receipt.total} />
        </span>
        {receipt.refundedNote && <span className={styles.refunded}>{receipt.refundedNote}</span>}
      </p>
    </header>
  );
}

function Facts({ receipt }: { receipt: ReceiptText }) {
  return (
    <dl className={styles.facts}>
      {receipt.facts.map((fact) => (
        <div key={fact.label} className={styles.row}>
          <dt className={styles.label}>{fact.label}</dt>
          <dd dir="auto">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Orders({ receipt }: { receipt: ReceiptText }) {
  return (
    <>
      {receipt.partNote && <p className={styles.part}>{receipt.partNote}</p>}
      {receipt.orders.map((order) => (
        <div key={order.title} className={styles.lines}>
          <table>
            <caption dir="auto">{order.title}</caption>
            <thead>
              <tr>
                <th scope="col">
                  <span className={styles.unseen}>Item</span>
                </th>
                <th scope="col">
                  <span className={styles.unseen}>Amount</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {order.lines.map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no id here, and their order never changes
                <tr key={index}>
                  <th scope="row">
                    <span dir="auto">{line.name}</span>
                    {line.detail && <span className={styles.detail}>{line.detail}</span>}
                  </th>
                  <td>
                    <Amount text={line.amount} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </>
  );
}

function Amounts({ receipt }: { receipt: ReceiptText }) {
  return (
    <section aria-label="Your payment" className={styles.sums}>
      {receipt.partNote && <h2 className={styles.heading}>Your payment</h2>}
      <dl>
        {receipt.amounts.map(({ label, amount }) => (
          <div key={label} className={styles.row}>
            <dt>{label}</dt>
            <dd>
              <Amount text={amount} />
            </dd>
          </div>
        ))}
        <div className={`${styles.row} ${styles.grand}`}>
          <dt>Total</dt>
          <dd>
            <Amount text={receipt.total} />
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Refunds({ receipt }: { receipt: ReceiptText }) {
  if (receipt.refunds.length === 0) return null;
  return (
    <section aria-labelledby="refunds" className={styles.sums}>
      <h2 id="refunds" className={styles.heading}>
        Refunds
      </h2>
      <dl>
        {receipt.refunds.map((refund, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: refunds have no id here, and their order never changes
          <div key={index} className={styles.row}>
            <dt>
              {refund.label}
              <span className={styles.detail} dir="auto">
                {refund.detail}
              </span>
            </dt>
            <dd>
              <Amount text={refund.amount} />
            </dd>
          </div>
        ))}
        {receipt.remaining && (
          <div className={`${styles.row} ${styles.grand}`}>
            <dt>Paid after refunds</dt>
            <dd>
              <Amount text={receipt.remaining} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
