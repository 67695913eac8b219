export { createExport } from './create';
export { getExport, listExports, openExportFile } from './read';
export { printReceipt } from './receipt';
