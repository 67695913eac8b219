export { bankMappings, importBank, previewBank } from './import';
