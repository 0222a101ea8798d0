// Photos: shrunk on the phone before they travel, shown while they travel, replaced when they are in.
// Without this file each slot is a plain form with a file field and a button.
(function () {
  'use strict';

  var LONG_SIDE = 2000;
  var SMALL_ENOUGH = 1500000;

  // Decode to a canvas: a preview without blob: addresses, and what is sent has no camera data.
  function shrink(file) {
    if (!window.createImageBitmap || !HTMLCanvasElement.prototype.toBlob) {
      return Promise.resolve({ blob: file, canvas: null });
    }
    return createImageBitmap(file).then(function (picture) {
      var scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
      var canvas = document.createElement('canvas');
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      if (scale === 1 && file.size <= SMALL_ENOUGH) { return { blob: file, canvas: canvas }; }
      return new Promise(function (resolve) {
        canvas.toBlob(function (blob) {
          resolve({ blob: blob || file, canvas: canvas });
        }, 'image/jpeg', 0.85);
      });
    }).catch(function () { return { blob: file, canvas: null }; });
  }

  function preview(slot, canvas) {
    var frame = slot.querySelector('.slot-frame');
    if (!canvas || !frame) { return; }
    canvas.setAttribute('class', 'slot-preview');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', '刚选择的照片');
    frame.textContent = '';
    frame.appendChild(canvas);
  }

  function say(slot, text, wrong) {
    var line = slot.querySelector('[data-status]');
    line.textContent = text;
    line.classList.toggle('is-error', Boolean(wrong));
  }

  function send(slot, form, blob, name) {
    var data = new FormData();
    var request = new XMLHttpRequest();
    var bar = document.createElement('progress');
    bar.max = 1;
    bar.setAttribute('aria-label', '上传进度');
    Array.prototype.forEach.call(form.querySelectorAll('input[type=hidden]'), function (field) {
      data.append(field.name, field.value);
    });
    data.append('file', blob, name);
    form.parentNode.insertBefore(bar, form.nextSibling);
    request.upload.onprogress = function (event) {
      if (event.lengthComputable) {
        bar.value = event.loaded / event.total;
        say(slot, '正在上传 ' + Math.round(bar.value * 100) + '%');
      }
    };
    function failed() {
      bar.parentNode.removeChild(bar);
      form.removeAttribute('data-busy');
      say(slot, '上传没有完成，可能是网络不稳定。照片没有丢失，请再试一次。', true);
    }
    request.onerror = request.ontimeout = failed;
    request.onload = function () {
      if (request.status >= 500 || request.status === 0) { failed(); return; }
      var answer = new DOMParser().parseFromString(request.responseText, 'text/html');
      var fresh = answer.getElementById(slot.id);
      if (!fresh) { window.location.reload(); return; }
      var at = document.activeElement;
      // Whoever has gone on meanwhile stays where they are.
      var left = at && at !== document.body && !slot.contains(at);
      slot.parentNode.replaceChild(fresh, slot);
      ready(fresh);
      if (!left) { fresh.focus(); }
      if (!fresh.classList.contains('has-error')) { told(fresh); }
    };
    request.timeout = 120000;
    request.open('POST', form.action);
    request.send(data);
    say(slot, '正在上传…');
  }

  // What the summary on top said about this slot is mended.
  function forget(slot) {
    var link = document.querySelector('.error-summary a[href="#' + slot.id + '"]');
    if (!link) { return; }
    var list = link.closest('ul');
    list.removeChild(link.closest('li'));
    if (!list.children.length) {
      list.closest('.error-summary').remove();
      document.title = document.title.replace(/^错误：/, '');
    }
  }

  function told(slot) {
    forget(slot);
    var line = slot.querySelector('[data-status]');
    if (line) { line.textContent = '已上传'; }
  }

  function ready(slot) {
    var form = slot.querySelector('form.slot-take');
    if (!form) { return; }
    Array.prototype.forEach.call(form.querySelectorAll('input[data-upload]'), function (input) {
      input.addEventListener('change', function () {
        var file = input.files && input.files[0];
        if (!file || form.hasAttribute('data-busy')) { return; }
        form.setAttribute('data-busy', '');
        say(slot, '正在处理照片…');
        shrink(file).then(function (made) {
          preview(slot, made.canvas);
          send(slot, form, made.blob, made.blob === file ? file.name : 'photo.jpg');
        });
        input.value = '';
      });
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll('[data-slot]'), ready);
}());
