// Looking at evidence: one picture at a time, fitted, zoomed, turned and dragged. Each picture is
// fetched only when it is asked for, because every look is on record.
(function () {
  'use strict';

  var STEP = 1.25;
  var LARGEST = 6;
  var viewer = document.querySelector('[data-viewer]');
  if (!viewer) { return; }
  var stage = viewer.querySelector('[data-viewer-stage]');
  var picture = viewer.querySelector('[data-viewer-picture]');
  var leaves = Array.prototype.slice.call(viewer.querySelectorAll('[data-leaf]'));
  var scale = 1;
  var turn = 0;

  stage.classList.add('is-live');

  // The picture is laid out at its drawn size, so that the stage scrolls by itself.
  function draw() {
    if (!picture.naturalWidth) { return; }
    var lies = turn % 180 !== 0;
    var width = lies ? picture.naturalHeight : picture.naturalWidth;
    var height = lies ? picture.naturalWidth : picture.naturalHeight;
    var room = stage.getBoundingClientRect();
    var fit = Math.min((room.width - 16) / width, (room.height - 16) / height, 2);
    var drawn = fit * scale;
    var shownWidth = picture.naturalWidth * drawn;
    var shownHeight = picture.naturalHeight * drawn;
    var sidewards = lies ? (shownHeight - shownWidth) / 2 : 0;
    picture.style.width = shownWidth + 'px';
    picture.style.height = shownHeight + 'px';
    picture.style.margin = (-sidewards) + 'px ' + sidewards + 'px';
    picture.style.transform = 'rotate(' + turn + 'deg)';
    stage.classList.toggle('is-large', scale > 1);
  }

  function zoom(factor) {
    var across = (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth;
    var down = (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight;
    scale = Math.max(1, Math.min(LARGEST, scale * factor));
    draw();
    stage.scrollLeft = across * stage.scrollWidth - stage.clientWidth / 2;
    stage.scrollTop = down * stage.scrollHeight - stage.clientHeight / 2;
  }

  function fit() { scale = 1; draw(); }

  var acts = {
    'in': function () { zoom(STEP); },
    'out': function () { zoom(1 / STEP); },
    'fit': fit,
    'turn': function () { turn = (turn + 90) % 360; draw(); }
  };
  Array.prototype.forEach.call(viewer.querySelectorAll('[data-view]'), function (button) {
    button.addEventListener('click', acts[button.getAttribute('data-view')]);
  });

  function shown() {
    return leaves.findIndex(function (leaf) { return leaf.hasAttribute('aria-current'); });
  }

  function count() {
    viewer.querySelector('[data-viewer-count]').textContent =
      leaves.length > 1 ? '第 ' + (shown() + 1) + ' 张，共 ' + leaves.length + ' 张' : '';
  }

  function show(leaf) {
    leaves.forEach(function (other) { other.removeAttribute('aria-current'); });
    leaf.setAttribute('aria-current', 'true');
    var name = leaf.querySelector('span').textContent;
    turn = 0;
    scale = 1;
    stage.classList.remove('is-broken');
    picture.removeAttribute('style');
    picture.alt = name;
    picture.src = leaf.getAttribute('data-src');
    viewer.querySelector('[data-viewer-name]').textContent = name;
    viewer.querySelector('[data-viewer-open]').href = leaf.getAttribute('data-src');
    count();
  }

  leaves.forEach(function (leaf) {
    leaf.addEventListener('click', function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
      event.preventDefault();
      show(leaf);
    });
  });

  function leafBy(by) {
    var next = leaves[shown() + by];
    if (next) { show(next); }
  }
  document.addEventListener('keydown', function (event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === ']') { leafBy(1); }
    if (event.key === '[') { leafBy(-1); }
  });

  // Dragging moves a picture that is larger than its window; the wheel with Ctrl zooms.
  var hold = null;
  stage.addEventListener('pointerdown', function (event) {
    if (scale === 1 || event.pointerType === 'touch') { return; }
    hold = { x: event.clientX + stage.scrollLeft, y: event.clientY + stage.scrollTop };
    stage.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  stage.addEventListener('pointermove', function (event) {
    if (!hold) { return; }
    stage.scrollLeft = hold.x - event.clientX;
    stage.scrollTop = hold.y - event.clientY;
  });
  ['pointerup', 'pointercancel'].forEach(function (kind) {
    stage.addEventListener(kind, function () { hold = null; });
  });
  stage.addEventListener('wheel', function (event) {
    if (!event.ctrlKey) { return; }
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP);
  }, { passive: false });

  picture.addEventListener('load', draw);
  picture.addEventListener('error', function () {
    stage.classList.add('is-broken');
    picture.alt = '这张材料没有取到，请刷新后再试；仍不行请联系管理员。';
  });
  window.addEventListener('resize', draw);
  count();
  if (picture.complete) { draw(); }
}());
