'use client';

import { type ComponentType, useState } from 'react';
import { PersonButton } from './person-button';

/** Who is signed in, and the menu of their account, which is loaded when it is asked for. */
export function PersonMenu() {
  const [Menu, setMenu] = useState<ComponentType | null>(null);
  if (Menu !== null) return <Menu />;
  const open = () => void load().then(({ OpenPersonMenu }) => setMenu(() => OpenPersonMenu));
  return (
    <PersonButton
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onClick={open}
    />
  );
}

const load = () => import('./open-person-menu');
