// The month's total is reckoned as it is typed, to the fen; without this file a button asks for it.
(function () {
  'use strict';

  var total = document.querySelector('[data-total]');
  if (!total) { return; }
  var fields = ['wages', 'employer_ratio', 'member_ratio'].map(function (name) {
    return document.getElementById('id_' + name);
  });

  // Hundredths of what was typed, as a whole number; null for what is no number.
  function hundredths(text) {
    var plain = text.replace(/[０-９．，％]/g, function (sign) {
      return String.fromCharCode(sign.charCodeAt(0) - 0xFEE0);
    }).replace(/[\s,%元]/g, '');
    var found = /^(\d{1,14})(?:\.(\d{0,2}))?$/.exec(plain);
    return found ? BigInt(found[1]) * 100n + BigInt(((found[2] || '') + '00').slice(0, 2)) : null;
  }

  function show() {
    var read = fields.map(function (field) { return hundredths(field.value); });
    if (read.indexOf(null) >= 0) { total.textContent = '—'; return; }
    // Fen × ten-thousandths, half up.
    var fen = (read[0] * (read[1] + read[2]) + 5000n) / 10000n;
    var yuan = (fen / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
    total.textContent = yuan + '.' + ('0' + (fen % 100n)).slice(-2);
  }

  fields.forEach(function (field) { field.addEventListener('input', show); });
  show();
}());
