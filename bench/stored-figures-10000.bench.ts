import { storedFiguresBench } from './stored-figures.ts';

export const open = async () => storedFiguresBench(10_000);
