import { CircleUser } from 'lucide-react';
import { Button, type ButtonProps } from '@/ui/kit/button';
import { useViewer } from './viewer';

/** Opens the menu of the account. */
export function PersonButton(props: ButtonProps) {
  const { name } = useViewer();
  return (
    <Button look="quiet" size="small" {...props} aria-label={`Account of ${name}`}>
      <CircleUser size={18} aria-hidden />
    </Button>
  );
}
