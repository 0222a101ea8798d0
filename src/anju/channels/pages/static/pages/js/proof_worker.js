// Finds the number that solves a proof-of-work challenge (altcha v2, PBKDF2/SHA-256), off the page's
// own thread. Uses the browser's crypto where the connection lets it, else the plain code below.
'use strict';

var K = (function () {
  // The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4).
  var words = new Uint32Array(64);
  var found = 0;
  for (var n = 2; found < 64; n++) {
    var prime = true;
    for (var d = 2; d * d <= n; d++) { if (n % d === 0) { prime = false; break; } }
    if (prime) { words[found++] = Math.floor((Math.cbrt(n) % 1) * 4294967296); }
  }
  return words;
}());
var START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
var W = new Uint32Array(64);

// One block of SHA-256: `block` is 16 words, `state` 8 words, the answer goes to `out`.
function compress(state, block, out) {
  var i;
  for (i = 0; i < 16; i++) { W[i] = block[i]; }
  for (i = 16; i < 64; i++) {
    var x = W[i - 15];
    var y = W[i - 2];
    W[i] = (W[i - 16] + W[i - 7] +
      ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) +
      ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10))) | 0;
  }
  var a = state[0], b = state[1], c = state[2], d = state[3];
  var e = state[4], f = state[5], g = state[6], h = state[7];
  for (i = 0; i < 64; i++) {
    var t1 = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
      ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    var t2 = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
      ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  out[0] = state[0] + a; out[1] = state[1] + b; out[2] = state[2] + c; out[3] = state[3] + d;
  out[4] = state[4] + e; out[5] = state[5] + f; out[6] = state[6] + g; out[7] = state[7] + h;
}

// PBKDF2 of one 32-byte block; the password and the salt must be shorter than 48 bytes, ours are.
function pbkdf2(password, salt, rounds) {
  var view = new DataView(new ArrayBuffer(64));
  var block = new Uint32Array(16);
  var inner = new Uint32Array(8);
  var outer = new Uint32Array(8);
  var digest = new Uint32Array(8);
  var result = new Uint32Array(8);
  var i;
  function load(pad) {
    for (i = 0; i < 64; i++) { view.setUint8(i, (i < password.length ? password[i] : 0) ^ pad); }
    for (i = 0; i < 16; i++) { block[i] = view.getUint32(i * 4); }
  }
  load(0x36); compress(START, block, inner);
  load(0x5c); compress(START, block, outer);
  // The first message: salt, block number 1, padding; 64 bytes of the pad came before it.
  for (i = 0; i < 64; i++) { view.setUint8(i, i < salt.length ? salt[i] : 0); }
  view.setUint8(salt.length + 3, 1);
  view.setUint8(salt.length + 4, 0x80);
  view.setUint32(60, (64 + salt.length + 4) * 8);
  for (i = 0; i < 16; i++) { block[i] = view.getUint32(i * 4); }
  compress(inner, block, digest);
  for (i = 8; i < 16; i++) { block[i] = 0; }
  block[8] = 0x80000000;
  block[15] = (64 + 32) * 8;
  for (i = 0; i < 8; i++) { block[i] = digest[i]; }
  compress(outer, block, digest);
  result.set(digest);
  for (var round = 1; round < rounds; round++) {
    for (i = 0; i < 8; i++) { block[i] = digest[i]; }
    compress(inner, block, digest);
    for (i = 0; i < 8; i++) { block[i] = digest[i]; }
    compress(outer, block, digest);
    for (i = 0; i < 8; i++) { result[i] ^= digest[i]; }
  }
  var bytes = new DataView(new ArrayBuffer(32));
  for (i = 0; i < 8; i++) { bytes.setUint32(i * 4, result[i]); }
  return new Uint8Array(bytes.buffer);
}

function fromHex(text) {
  var bytes = new Uint8Array(text.length / 2);
  for (var i = 0; i < bytes.length; i++) { bytes[i] = parseInt(text.substr(i * 2, 2), 16); }
  return bytes;
}

function toHex(bytes) {
  var text = '';
  for (var i = 0; i < bytes.length; i++) { text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16); }
  return text;
}

function derive(password, salt, rounds, plain) {
  var subtle = !plain && self.crypto && self.crypto.subtle;
  if (!subtle) { return Promise.resolve(pbkdf2(password, salt, rounds)); }
  return subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']).then(function (key) {
    return subtle.deriveBits(
      { name: 'PBKDF2', salt: salt, iterations: rounds, hash: 'SHA-256' }, key, 256);
  }).then(function (bits) { return new Uint8Array(bits); });
}

self.onmessage = function (event) {
  var challenge = event.data.challenge;
  var given = challenge.parameters;
  var nonce = fromHex(given.nonce);
  var salt = fromHex(given.salt);
  var started = Date.now();
  if (given.algorithm !== 'PBKDF2/SHA-256' || given.keyLength !== 32) {
    self.postMessage({ failed: true });
    return;
  }
  var password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  function attempt(counter) {
    new DataView(password.buffer).setUint32(nonce.length, counter);
    derive(password, salt, given.cost, event.data.plain).then(function (key) {
      var hex = toHex(key);
      if (hex.indexOf(given.keyPrefix) === 0) {
        self.postMessage({ payload: btoa(JSON.stringify({
          challenge: challenge,
          solution: { counter: counter, derivedKey: hex, time: Date.now() - started }
        })) });
        return;
      }
      if (counter % 8 === 0) { self.postMessage({ tried: counter }); }
      attempt(counter + 1);
    }).catch(function () { self.postMessage({ failed: true }); });
  }
  attempt(0);
};
