import { describe, expect, it } from 'vitest';
import { cameByHttps, clientAddress, isLoopback } from './client-address';

const socket = { remoteAddress: '10.0.0.9', isEncrypted: false };

describe('the address of a caller', () => {
  it.each([
    ['the socket’s without a trusted proxy, whatever the header says', '6.6.6.6', 0, '10.0.0.9'],
    ['the one that our proxy wrote', '203.0.113.7', 1, '203.0.113.7'],
    ['not the one that the caller invented before it', '6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
    ['the one behind two proxies', '6.6.6.6, 203.0.113.7, 10.0.0.1', 2, '203.0.113.7'],
    ['the first when fewer proxies answered than expected', '203.0.113.7', 3, '203.0.113.7'],
    ['the socket’s when the header is no address', 'unknown', 1, '10.0.0.9'],
    ['the socket’s when the header is missing', null, 1, '10.0.0.9'],
    ['an IPv6 address', '2001:db8::1', 1, '2001:db8::1'],
    ['the socket’s when the header only looks like an address', '999.1.1.1', 1, '10.0.0.9'],
    ['the socket’s when the header has colons alone', ':::', 1, '10.0.0.9'],
    ['an address without its zone, which no column holds', 'fe80::1%eth0', 1, 'fe80::1'],
  ])('is %s', (_name, header, hops, expected) => {
    expect(clientAddress(header, socket, hops)).toBe(expected);
  });

  it('loses the prefix of a mapped IPv4 address', () => {
    expect(clientAddress(null, { remoteAddress: '::ffff:192.0.2.1', isEncrypted: false }, 0)).toBe(
      '192.0.2.1',
    );
  });
});

describe('https', () => {
  it.each([
    ['is believed from a trusted proxy', 'https', 1, true],
    ['is not believed from anyone else', 'https', 0, false],
    ['is what the nearest proxy says, not what the caller wrote before it', 'https, http', 1, false],
    ['is not assumed', null, 1, false],
  ])('%s', (_name, header, hops, expected) => {
    expect(cameByHttps(header, socket, hops)).toBe(expected);
  });

  it('is what our own TLS says', () => {
    expect(cameByHttps(null, { remoteAddress: null, isEncrypted: true }, 0)).toBe(true);
  });
});

it.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  [null, false],
])('%s is this machine: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
