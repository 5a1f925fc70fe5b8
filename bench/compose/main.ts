import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { messageOf, PipelineError } from '../../kernel/index.ts';
import { findFootage } from './find-footage.ts';
import { makeVideo } from './make-video.ts';
import { Scene } from './scene.ts';

const root = path.resolve(import.meta.dirname, '../..');

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function compose(sceneFile: string, outDir: string, footage: string | undefined): Promise<void> {
  const scene = Scene.parse(JSON.parse(await readFile(sceneFile, 'utf8')));
  const cacheDir = path.join(root, '.cache');
  const footageFile = await findFootage({ named: footage, sha256: scene.footage.sha256, cacheDir, say });
  const video = `${scene.name}.mp4`;
  const outFile = path.join(outDir, video);
  let toldTenth = 0;
  const onFrame = (done: number, total: number): void => {
    const tenth = Math.floor((10 * done) / total);
    if (tenth > toldTenth) say(`composing: ${tenth * 10} %`);
    toldTenth = Math.max(toldTenth, tenth);
  };
  const truth = await makeVideo({ scene, footageFile, outFile, name: video, onFrame });
  await writeFile(path.join(outDir, 'events.json'), `${JSON.stringify(truth, null, 1)}\n`);
  const sum = createHash('sha256')
    .update(await readFile(outFile))
    .digest('hex');
  say(`${outFile}: ${truth.frames} frames, sha256 ${sum}`);
}

const program = new Command('compose').description('Make videos with a known dumping from real footage.');
program
  .command('sample')
  .description('rebuild sample/renovation-waste.mp4 and its events.json from vtest.avi')
  .option('--footage <file>', 'vtest.avi of Debian’s opencv-doc; found or downloaded when left out')
  .option('--out <folder>', 'where the result goes', path.join(root, 'sample'))
  .action(async (options: { footage?: string; out: string }) => {
    await compose(path.join(root, 'sample/scene.json'), options.out, options.footage);
  });
program
  .command('scene <file>')
  .description('make the video and the events.json of any scene file')
  .requiredOption('--footage <file>', 'the footage that the scene names')
  .requiredOption('--out <folder>', 'where the result goes')
  .action(async (file: string, options: { footage: string; out: string }) => {
    await compose(file, options.out, options.footage);
  });
try {
  await program.parseAsync();
} catch (error) {
  say(error instanceof PipelineError ? `${error.code}: ${error.message}\n${error.hint}` : messageOf(error));
  process.exitCode = 1;
}
